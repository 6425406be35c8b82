package dev.tandem.server.insight.web;

import dev.tandem.server.deliver.Tier;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.insight.DeliveryRecords;
import dev.tandem.server.insight.dora.Dora;
import dev.tandem.server.insight.dora.FiveKeys;
import dev.tandem.server.insight.dora.Records;
import dev.tandem.server.insight.dora.Service;
import dev.tandem.server.insight.dora.Window;
import dev.tandem.server.insight.web.DoraJson.ServiceJson;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.Parameters;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** DORA's five keys for programs: ours with the records behind them, and four in the shape of GitLab's API. */
@RestController
class DoraApi {
    private static final int DEFAULT_DAYS = 30;

    private final DeliveryRecords records;
    private final Asked asked;
    private final Clock clock;

    DoraApi(DeliveryRecords records, Asked asked, Clock clock) {
        this.records = records;
        this.asked = asked;
        this.clock = clock;
    }

    @Requires(Permission.READ_ENVIRONMENT)
    @GetMapping("/api/tandem/v1/projects/{id}/dora")
    DoraJson project(ProjectFacts project, Parameters parameters) {
        return keys(List.of(project), parameters);
    }

    @Requires(Permission.SIGNED_IN)
    @GetMapping("/api/tandem/v1/dora")
    DoraJson all(Actor actor, Parameters parameters) {
        return keys(asked.projects(actor), parameters);
    }

    private DoraJson keys(List<ProjectFacts> projects, Parameters parameters) {
        Window window = window(parameters);
        Tier tier = parameters
                .text("tier")
                .map(word -> Tier.ofWire(word).orElseThrow(() -> ApiException.malformed("tier")))
                .orElse(Tier.PRODUCTION);
        Records all = records.over(projects, tier, window);
        Optional<String> service = parameters.text("service");
        Records asked = service.map(name -> of(all, projects, name)).orElse(all);
        List<ServiceJson> services = all.deployed().stream()
                .map(each -> ServiceJson.of(each, new Dora(all.of(each)).over(window)))
                .toList();
        return DoraJson.of(new Dora(asked).over(window), tier.wire(), service.orElse(null), services);
    }

    private static Records of(Records all, List<ProjectFacts> projects, String service) {
        if (projects.size() != 1) {
            throw new ApiException(400, "service: ask one project, /api/tandem/v1/projects/:id/dora.");
        }
        return all.of(new Service(projects.getFirst().id(), service));
    }

    private Window window(Parameters parameters) {
        int days = parameters
                .text("window")
                .map(text -> Window.days(text)
                        .orElseThrow(() -> new ApiException(
                                400, "window must be a number of days from 1d to " + Window.MOST_DAYS + "d.")))
                .orElse(DEFAULT_DAYS);
        // What ended in this very millisecond counts, too.
        return Window.last(days, clock.instant().plusMillis(1));
    }

    /** @param value null where GitLab gives null, too: nothing to take the median of */
    record ValueJson(LocalDate date, @Nullable Double value) {}

    /** GitLab's resource, for the metrics and intervals whose meaning is certain. */
    @Requires(Permission.READ_ENVIRONMENT)
    @GetMapping("/api/v4/projects/{id}/dora/metrics")
    List<ValueJson> metrics(ProjectFacts project, Parameters parameters) {
        Function<FiveKeys, @Nullable Double> metric = metric(parameters.requiredText("metric"));
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        LocalDate end = parameters.day("end_date").orElse(today);
        LocalDate start = parameters.day("start_date").orElse(end.minusMonths(3));
        if (start.isAfter(end) || start.plusDays(Window.MOST_DAYS).isBefore(end)) {
            throw new ApiException(
                    400, "start_date must not be after end_date, nor more than " + Window.MOST_DAYS + " days before.");
        }
        List<Dora> tiers = tiers(parameters).stream()
                .map(tier -> new Dora(
                        records.over(List.of(project), tier, new Window(begin(start), begin(end.plusDays(1))))))
                .toList();
        if (tiers.size() != 1) {
            throw new ApiException(400, "environment_tiers: one tier at a time.");
        }
        return pieces(start, end, parameters.text("interval").orElse("daily")).stream()
                .map(piece -> new ValueJson(
                        LocalDate.ofInstant(piece.from(), ZoneOffset.UTC),
                        metric.apply(tiers.getFirst().over(piece))))
                .toList();
    }

    private static Set<Tier> tiers(Parameters parameters) {
        Set<Tier> tiers = EnumSet.noneOf(Tier.class);
        parameters
                .texts("environment_tiers")
                .forEach(word ->
                        tiers.add(Tier.ofWire(word).orElseThrow(() -> ApiException.malformed("environment_tiers"))));
        return tiers.isEmpty() ? EnumSet.of(Tier.PRODUCTION) : tiers;
    }

    private static Function<FiveKeys, @Nullable Double> metric(String name) {
        return switch (name) {
            case "deployment_frequency" -> keys -> (double) keys.successes().size();
            case "lead_time_for_changes" ->
                keys -> seconds(keys.leadTime().median().orElse(null));
            case "time_to_restore_service" ->
                keys -> seconds(keys.recovery().median().orElse(null));
            case "change_failure_rate" -> keys -> keys.failRate().orElse(null);
            default -> throw ApiException.malformed("metric");
        };
    }

    private static @Nullable Double seconds(@Nullable Duration duration) {
        return duration == null ? null : (double) duration.toSeconds();
    }

    private static List<Window> pieces(LocalDate start, LocalDate end, String interval) {
        List<Window> pieces = new ArrayList<>();
        LocalDate from = start;
        while (!from.isAfter(end)) {
            LocalDate next = switch (interval) {
                case "daily" -> from.plusDays(1);
                case "monthly" -> YearMonth.from(from).plusMonths(1).atDay(1);
                default ->
                    throw new ApiException(
                            400,
                            "interval must be daily or monthly; for one figure over all of a window ask"
                                    + " /api/tandem/v1/projects/:id/dora.");
            };
            pieces.add(new Window(begin(from), begin(next.isAfter(end) ? end.plusDays(1) : next)));
            from = next;
        }
        return pieces;
    }

    private static Instant begin(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toInstant();
    }
}

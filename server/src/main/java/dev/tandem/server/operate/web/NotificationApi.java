package dev.tandem.server.operate.web;

import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.operate.Channel;
import dev.tandem.server.operate.Delivery;
import dev.tandem.server.operate.Notice;
import dev.tandem.server.operate.Notifications;
import dev.tandem.server.platform.ServerUrls;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import dev.tandem.server.platform.api.Listing;
import dev.tandem.server.platform.api.Paging;
import dev.tandem.server.platform.api.Parameters;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** Where a project wants to be told, and what came of it. */
@RestController
class NotificationApi {
    private static final String CHANNELS = "/api/tandem/v1/projects/{id}/notification_channels";
    private static final int MOST = 100;

    private final Notifications notifications;
    private final ServerUrls urls;

    NotificationApi(Notifications notifications, ServerUrls urls) {
        this.notifications = notifications;
        this.urls = urls;
    }

    /** @param target without the path of a hook, which is a secret */
    @JsonNaming(SnakeCaseStrategy.class)
    record ChannelJson(long id, String kind, String target, boolean signed, List<String> events, Instant createdAt) {
        static ChannelJson of(Channel channel) {
            return new ChannelJson(
                    channel.id(),
                    channel.kind().wire(),
                    channel.shown(),
                    channel.secret() != null,
                    channel.events().stream().map(Notice.Event::wire).sorted().toList(),
                    channel.createdAt());
        }
    }

    @JsonNaming(SnakeCaseStrategy.class)
    record DeliveryJson(
            long id,
            long channelId,
            String event,
            String title,
            String state,
            int attempts,
            @Nullable String answer,
            Instant createdAt,
            Instant updatedAt) {
        static DeliveryJson of(Delivery delivery) {
            return new DeliveryJson(
                    delivery.id(),
                    delivery.channelId(),
                    delivery.notice().event().wire(),
                    delivery.notice().title(),
                    delivery.state().wire(),
                    delivery.attempts(),
                    delivery.answer(),
                    delivery.createdAt(),
                    delivery.updatedAt());
        }
    }

    @Requires(Permission.MANAGE_PROJECT)
    @GetMapping(CHANNELS)
    Listing<ChannelJson> channels(ProjectFacts project, Paging paging) {
        return Listing.cut(notifications.channels(project.id()), paging).map(ChannelJson::of);
    }

    @Requires(Permission.MANAGE_PROJECT)
    @PostMapping(CHANNELS)
    ResponseEntity<ChannelJson> create(ProjectFacts project, Actor actor, Parameters parameters) {
        Notifications.Answer answer = wished(project, actor, parameters);
        Notifications.Refusal refusal = answer.refusal();
        Channel channel = answer.channel();
        if (channel == null) {
            throw new ApiException(400, refusal == null ? "Refused" : refusal.sentence());
        }
        return ResponseEntity.status(201).body(ChannelJson.of(channel));
    }

    private Notifications.Answer wished(ProjectFacts project, Actor actor, Parameters parameters) {
        Channel.Kind kind =
                Channel.Kind.ofWire(parameters.requiredText("kind")).orElseThrow(() -> ApiException.malformed("kind"));
        Set<Notice.Event> events = new HashSet<>();
        for (String word : parameters.texts("events")) {
            events.add(Notice.Event.ofWire(word).orElseThrow(() -> ApiException.malformed("events")));
        }
        return notifications.create(
                project,
                actor,
                kind,
                parameters.text("target").orElse("").strip(),
                parameters.text("secret").filter(text -> !text.isEmpty()).orElse(null),
                events);
    }

    @Requires(Permission.MANAGE_PROJECT)
    @DeleteMapping(CHANNELS + "/{channel}")
    ResponseEntity<Void> delete(ProjectFacts project, Actor actor, @PathVariable long channel) {
        if (!notifications.delete(project, actor, channel)) {
            throw ApiException.notFound("Notification channel");
        }
        return ResponseEntity.noContent().build();
    }

    @Requires(Permission.MANAGE_PROJECT)
    @PostMapping(CHANNELS + "/{channel}/test")
    ResponseEntity<Void> test(ProjectFacts project, Actor actor, @PathVariable long channel) {
        String url = urls.external() + "/" + project.fullPath() + "/-/service/settings";
        if (!notifications.test(project, actor, channel, url)) {
            throw ApiException.notFound("Notification channel");
        }
        return ResponseEntity.accepted().build();
    }

    @Requires(Permission.MANAGE_PROJECT)
    @GetMapping("/api/tandem/v1/projects/{id}/notification_deliveries")
    Listing<DeliveryJson> deliveries(ProjectFacts project, Paging paging) {
        return Listing.cut(notifications.deliveries(project.id(), MOST), paging).map(DeliveryJson::of);
    }
}

package dev.tandem.server.operate;

import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Audit;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.DurableTask;
import dev.tandem.server.platform.SecretBox;
import dev.tandem.server.platform.Tx;
import dev.tandem.server.platform.web.Text;
import dev.tandem.server.platform.web.Translator;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tells the channels of projects what happened. Each notice is a row per channel and a durable task per attempt; an attempt
 * that may end better later is made again with growing pauses, {@link #MOST_ATTEMPTS} times over about two hours.
 */
public final class Notifications {
    static final int MOST_ATTEMPTS = 8;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);
    private static final int KEPT = 100;
    private static final int MOST_CHANNELS = 20;
    private static final int MOST_ADDRESSES = 20;
    private static final int LONGEST = 1000;

    private final Database database;
    private final SecretBox secrets;
    private final JsonMapper json;
    private final Audit audit;
    private final Clock clock;
    private final Translator language;
    private final Map<Channel.Kind, Sender> senders;
    private final DurableTask<DeliveryDue> task = new DurableTask<>("operate.notify", DeliveryDue.class, this::attempt);

    Notifications(
            Database database,
            SecretBox secrets,
            JsonMapper json,
            Audit audit,
            Clock clock,
            Translator language,
            Map<Channel.Kind, Sender> senders) {
        this.database = database;
        this.secrets = secrets;
        this.json = json;
        this.audit = audit;
        this.clock = clock;
        this.language = language;
        this.senders = Map.copyOf(senders);
    }

    DurableTask<DeliveryDue> task() {
        return task;
    }

    /** Either the channel or why there is none. */
    public record Answer(
            @Nullable Channel channel, @Nullable Refusal refusal) {}

    /** Each is a message {@code operate.notify.refused.NAME} too. */
    public enum Refusal {
        ADDRESSES("target holds 1 to 20 mail addresses with commas."),
        URL("target is an http or https address without user and password."),
        EVENTS("events names at least one of incident_opened, incident_acknowledged, incident_resolved,"
                + " rollout_needs_person, rolled_back."),
        SECRET("secret has at most 1000 characters."),
        MOST("A project has at most 20 channels.");

        private final String sentence;

        Refusal(String sentence) {
            this.sentence = sentence;
        }

        public String sentence() {
            return sentence;
        }

        public String wire() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    public List<Channel> channels(long projectId) {
        return database.read(sql -> new NotificationStore(sql, secrets, json).channels(projectId));
    }

    /** Newest first. */
    public List<Delivery> deliveries(long projectId, int limit) {
        return database.read(sql -> new NotificationStore(sql, secrets, json).deliveries(projectId, limit));
    }

    public Answer create(
            ProjectFacts project,
            Actor actor,
            Channel.Kind kind,
            String target,
            @Nullable String secret,
            Set<Notice.Event> events) {
        Refusal problem = problem(kind, target, secret, events);
        if (problem != null) {
            return new Answer(null, problem);
        }
        return database.write(tx -> {
            NotificationStore store = new NotificationStore(tx.sql(), secrets, json);
            if (store.channels(project.id()).size() >= MOST_CHANNELS) {
                return new Answer(null, Refusal.MOST);
            }
            Channel channel = store.insert(project.id(), kind, target, secret, events, clock.instant());
            audit.record(tx, actor, "notification-channel.create", project.fullPath(), channel.shown());
            return new Answer(channel, null);
        });
    }

    private static @Nullable Refusal problem(
            Channel.Kind kind, String target, @Nullable String secret, Set<Notice.Event> events) {
        if (kind == Channel.Kind.EMAIL && !isAddresses(target)) {
            return Refusal.ADDRESSES;
        }
        if (kind == Channel.Kind.WEBHOOK && !isUrl(target)) {
            return Refusal.URL;
        }
        if (events.isEmpty() || events.contains(Notice.Event.TEST)) {
            return Refusal.EVENTS;
        }
        return secret != null && secret.length() > LONGEST ? Refusal.SECRET : null;
    }

    private static boolean isAddresses(String target) {
        List<String> all = Arrays.stream(target.split(",")).map(String::strip).toList();
        return target.length() <= LONGEST
                && all.size() <= MOST_ADDRESSES
                && all.stream().allMatch(one -> one.matches("[^\\s@<>\",;:()]{1,64}@[A-Za-z0-9.-]{1,200}"));
    }

    private static boolean isUrl(String target) {
        try {
            URI uri = new URI(target);
            return target.length() <= LONGEST
                    && List.of("http", "https").contains(String.valueOf(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getUserInfo() == null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** @return whether it was there */
    public boolean delete(ProjectFacts project, Actor actor, long id) {
        return database.write(tx -> {
            boolean gone = new NotificationStore(tx.sql(), secrets, json).delete(project.id(), id);
            if (gone) {
                audit.record(tx, actor, "notification-channel.delete", project.fullPath(), Long.toString(id));
            }
            return gone;
        });
    }

    /** Sends something harmless through one channel. @return whether the project has it */
    public boolean test(ProjectFacts project, Actor actor, long id, String url) {
        Notice notice = new Notice(
                Notice.Event.TEST,
                "test-" + UUID.randomUUID(),
                project.fullPath(),
                language.text(Text.of("operate.notice.test")),
                List.of(language.text(Text.of("operate.notice.test.line"))),
                url,
                clock.instant(),
                Map.of());
        return database.write(tx -> {
            NotificationStore store = new NotificationStore(tx.sql(), secrets, json);
            boolean own = store.channel(id)
                    .filter(channel -> channel.projectId() == project.id())
                    .isPresent();
            if (own) {
                audit.record(tx, actor, "notification-channel.test", project.fullPath(), Long.toString(id));
                send(tx, store, id, notice);
            }
            return own;
        });
    }

    /** Tells every channel of the project that wants to know. Safe to repeat. */
    void tell(long projectId, Notice notice) {
        List<Channel> wanting = channels(projectId).stream()
                .filter(channel -> channel.events().contains(notice.event()))
                .toList();
        if (!wanting.isEmpty()) {
            database.write(tx -> {
                NotificationStore store = new NotificationStore(tx.sql(), secrets, json);
                wanting.stream()
                        .filter(channel -> store.channel(channel.id()).isPresent())
                        .forEach(channel -> send(tx, store, channel.id(), notice));
                return true;
            });
        }
    }

    private void send(Tx tx, NotificationStore store, long channelId, Notice notice) {
        Instant now = clock.instant();
        store.add(channelId, notice, KEPT, now).ifPresent(id -> schedule(tx, new DeliveryDue(id, 1), now));
    }

    private void schedule(Tx tx, DeliveryDue due, Instant at) {
        tx.schedule(task, due.key(), due, at);
    }

    private void attempt(DeliveryDue due) {
        record Found(Delivery delivery, Channel channel) {}
        Optional<Found> found = database.read(sql -> {
            NotificationStore store = new NotificationStore(sql, secrets, json);
            return store.delivery(due.deliveryId())
                    .filter(delivery ->
                            delivery.state() == Delivery.State.WAITING && delivery.attempts() == due.attempt() - 1)
                    .flatMap(delivery ->
                            store.channel(delivery.channelId()).map(channel -> new Found(delivery, channel)));
        });
        if (found.isEmpty()) {
            return;
        }
        Channel channel = found.get().channel();
        Sender sender = senders.get(channel.kind());
        if (sender == null) {
            throw new IllegalStateException("nothing sends " + channel.kind());
        }
        Sender.Outcome outcome = sender.send(
                channel, found.get().delivery().notice(), found.get().delivery().id());
        keep(due, outcome);
    }

    private void keep(DeliveryDue due, Sender.Outcome outcome) {
        boolean again = !outcome.sent() && outcome.again() && due.attempt() < MOST_ATTEMPTS;
        Delivery.State state =
                outcome.sent() ? Delivery.State.SENT : again ? Delivery.State.WAITING : Delivery.State.FAILED;
        Instant now = clock.instant();
        database.write(tx -> {
            boolean mine = new NotificationStore(tx.sql(), secrets, json)
                    .attempted(due.deliveryId(), due.attempt(), state, outcome.answer(), now);
            if (mine && again) {
                schedule(tx, new DeliveryDue(due.deliveryId(), due.attempt() + 1), now.plus(pause(due.attempt())));
            }
            return mine;
        });
    }

    /** 5 s, then four times as long each time, at most an hour. */
    static Duration pause(int attempt) {
        long seconds = FIRST_PAUSE.toSeconds() << Math.min(20, 2 * (attempt - 1));
        return seconds > LONGEST_PAUSE.toSeconds() ? LONGEST_PAUSE : Duration.ofSeconds(seconds);
    }
}

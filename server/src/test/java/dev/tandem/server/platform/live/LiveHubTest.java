package dev.tandem.server.platform.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class LiveHubTest {
    private static final Set<String> TOPIC = Set.of("pipeline/1");

    private final LiveHub hub = new LiveHub(JsonMapper.shared(), 3, 2);

    @Test
    void connectionGetsEventsOfItsTopicsOnly() {
        LiveConnection connection = hub.join(TOPIC, null, 10).connection();
        publish("pipeline/2", 1);
        publish("pipeline/1", 2);
        assertThat(next(connection).json()).contains("\"topic\":\"pipeline/1\"").contains("{\"n\":2}");
        assertThat(connection.next(Duration.ZERO)).isNull();
    }

    @Test
    void reconnectGetsWhatItMissed() {
        publish("pipeline/1", 1);
        String seen = hub.position();
        publish("pipeline/1", 2);
        publish("pipeline/1", 3);
        LiveHub.Joined joined = hub.join(TOPIC, seen, 10);
        assertThat(joined.resync()).isEmpty();
        assertThat(joined.missed()).extracting(LiveEvent::sequence).containsExactly(2L, 3L);
    }

    @Test
    void reconnectAfterMoreThanTheRingHoldsIsToldToReadAgain() {
        String seen = hub.position();
        for (int i = 0; i < 4; i++) {
            publish("pipeline/1", i);
        }
        LiveHub.Joined joined = hub.join(TOPIC, seen, 10);
        assertThat(joined.missed()).isEmpty();
        assertThat(joined.resync()).containsExactly("pipeline/1");
    }

    @Test
    void topicThatWasForgottenIsReadAgain() {
        String seen = hub.position();
        publish("pipeline/1", 1);
        publish("pipeline/2", 1);
        publish("pipeline/3", 1);
        assertThat(hub.join(TOPIC, seen, 10).resync()).containsExactly("pipeline/1");
        assertThat(hub.join(TOPIC, hub.position(), 10).resync()).isEmpty();
    }

    @Test
    void idsOfAnotherProcessAndNonsenseAreReadAgain() {
        for (String since : new String[] {"abc-1", "", "-", hub.position() + "9", "x" + hub.position()}) {
            assertThat(hub.join(TOPIC, since, 10).resync()).as(since).containsExactly("pipeline/1");
        }
    }

    @Test
    void slowConnectionLosesItsQueueAndKnows() {
        LiveConnection connection = hub.join(TOPIC, null, 2).connection();
        for (int i = 1; i <= 3; i++) {
            publish("pipeline/1", i);
        }
        assertThat(connection.takeOverflow()).isTrue();
        assertThat(connection.takeOverflow()).isFalse();
        assertThat(next(connection).json()).contains("{\"n\":3}");
        assertThat(connection.next(Duration.ZERO)).isNull();
    }

    @Test
    void closingEndsWaitingAndLaterConnections() throws InterruptedException {
        LiveConnection connection = hub.join(TOPIC, null, 2).connection();
        Thread waiting = Thread.startVirtualThread(() -> connection.next(Duration.ofMinutes(5)));
        hub.close();
        waiting.join(Duration.ofSeconds(10));
        assertThat(waiting.isAlive()).isFalse();
        assertThat(hub.join(TOPIC, null, 2).connection().closed()).isTrue();
    }

    @Test
    void topicsHaveAForm() {
        assertThatThrownBy(() -> publish("pipeline\n/1", 1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(LiveHub.wellFormed("job/1")).isTrue();
        assertThat(LiveHub.wellFormed("job")).isFalse();
        assertThat(LiveHub.wellFormed("*")).isFalse();
    }

    private void publish(String topic, int n) {
        hub.publish(topic, "status", Map.of("n", n));
    }

    private static LiveEvent next(LiveConnection connection) {
        LiveEvent event = connection.next(Duration.ZERO);
        assertThat(event).isNotNull();
        return event;
    }
}

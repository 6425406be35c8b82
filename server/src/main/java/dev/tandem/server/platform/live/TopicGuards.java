package dev.tandem.server.platform.live;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collection;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** All guards, by the kind of topic they answer for. */
final class TopicGuards {
    private final Map<String, TopicGuard> byKind;

    /** @throws IllegalStateException when two guards answer for the same kind */
    TopicGuards(Collection<TopicGuard> guards) {
        this.byKind = guards.stream().collect(Collectors.toUnmodifiableMap(TopicGuard::kind, Function.identity()));
    }

    boolean mayWatch(HttpServletRequest request, String topic) {
        int slash = topic.indexOf('/');
        TopicGuard guard = byKind.get(topic.substring(0, slash));
        return guard != null && guard.mayWatch(request, topic.substring(slash + 1));
    }
}

package dev.tandem.server.platform.live;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** Puts the stream of events together and ends it before the web server waits for its last requests. */
@Configuration(proxyBeanMethods = false)
class LiveConfiguration {

    @Bean
    LiveHub live(JsonMapper json) {
        return new LiveHub(json);
    }

    @Bean
    TopicGuards topicGuards(ObjectProvider<TopicGuard> guards) {
        return new TopicGuards(guards.stream().toList());
    }

    @Bean
    SmartLifecycle liveEnd(LiveHub hub) {
        return new SmartLifecycle() {
            private volatile boolean running;

            @Override
            public void start() {
                running = true;
            }

            @Override
            public void stop() {
                running = false;
                hub.close();
            }

            @Override
            public boolean isRunning() {
                return running;
            }
        };
    }
}

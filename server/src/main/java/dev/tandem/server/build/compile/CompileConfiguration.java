package dev.tandem.server.build.compile;

import dev.tandem.server.platform.Settings;
import dev.tandem.server.platform.http.OutgoingHttp;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the parts together that settings shape. */
@Configuration(proxyBeanMethods = false)
class CompileConfiguration {

    @Bean
    Templates templates(Settings settings) {
        return new Templates(settings.ciTemplates());
    }

    @Bean
    RemoteFiles remoteFiles(OutgoingHttp http) {
        return new GuardedFiles(http);
    }
}

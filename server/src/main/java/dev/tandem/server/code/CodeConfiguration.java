package dev.tandem.server.code;

import dev.tandem.server.code.storage.RepositoryFolders;
import dev.tandem.server.platform.Settings;
import java.io.IOException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the parts of code together. */
@Configuration(proxyBeanMethods = false)
class CodeConfiguration {
    @Bean
    RepositoryFolders repositoryFolders(Settings settings) throws IOException {
        return new RepositoryFolders(settings.data().resolve("repositories"));
    }
}

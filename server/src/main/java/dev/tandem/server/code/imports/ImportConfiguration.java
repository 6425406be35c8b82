package dev.tandem.server.code.imports;

import dev.tandem.server.platform.RecurringTask;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the parts together. */
@Configuration(proxyBeanMethods = false)
class ImportConfiguration {
    @Bean
    RecurringTask continueImports(Imports imports) {
        return new RecurringTask("code.continue-imports", Duration.ofMinutes(1), imports::continueOpen);
    }
}

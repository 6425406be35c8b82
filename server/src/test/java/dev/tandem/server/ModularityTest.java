package dev.tandem.server;

import com.tngtech.archunit.core.domain.JavaClass;
import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

/** Who may call whom, as each package-info says; cycles and use of another package's insides fail here. */
class ModularityTest {
    @Test
    void packagesCallOnlyWhomTheyMay() {
        ApplicationModules.of(
                        TandemServer.class, JavaClass.Predicates.resideInAPackage("dev.tandem.server.templates.."))
                .verify();
    }
}

package dev.tandem.server;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameContaining;

import com.tngtech.archunit.ArchConfiguration;
import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

/** Who may call whom, as each package-info says; cycles and use of another package's insides fail here. */
class ModularityTest {
    @Test
    void packagesCallOnlyWhomTheyMay() {
        // What borders say of classes of libraries is not asked; to read those takes as long as all of ours.
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
        // Whatever is generated is left out: tables are for everybody, and the time grows with the square of the
        // classes.
        ApplicationModules.of(
                        TandemServer.class,
                        resideInAnyPackage("dev.tandem.server.templates..", "dev.tandem.server.platform.tables..")
                                .or(simpleNameContaining("__")))
                .verify();
    }
}

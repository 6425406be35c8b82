package dev.tandem.server.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.RunningServer;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Walks every handler of the server, of all packages; {@link PermissionSweepTest} asks them. */
class EveryHandlerNamesItsPermissionTest {
    @TempDir
    static Path data;

    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start(data);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void everyHandlerNamesItsPermission() {
        List<String> without = new ArrayList<>();
        each((mapping, handler) -> {
            if (handler.getMethodAnnotation(Requires.class) == null) {
                without.add(handler.toString());
            }
        });
        assertThat(without).isEmpty();
    }

    @Test
    void projectPermissionsHaveAProjectInTheirPath() {
        List<String> wrong = new ArrayList<>();
        each((mapping, handler) -> {
            Requires requires = handler.getMethodAnnotation(Requires.class);
            boolean names = mapping.getPatternValues().stream()
                    .allMatch(path -> path.contains("{project}") || path.contains("{id}"));
            if (requires != null && requires.value().scope() == Permission.Scope.PROJECT && !names) {
                wrong.add(mapping + " " + handler);
            }
        });
        assertThat(wrong).isEmpty();
    }

    private static void each(BiConsumer<RequestMappingInfo, HandlerMethod> action) {
        Map<String, RequestMappingHandlerMapping> all = server.beans(RequestMappingHandlerMapping.class);
        assertThat(all).isNotEmpty();
        all.values().forEach(mappings -> mappings.getHandlerMethods().forEach(action));
    }
}

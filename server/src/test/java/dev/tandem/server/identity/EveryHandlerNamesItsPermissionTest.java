package dev.tandem.server.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.RunningServer;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Walks every handler of the server, of all packages. */
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

    /** Asks each page and resource with its real address, filled with numbers and names that do not exist. */
    @Test
    void nobodyGetsAnythingThatIsNotForAnyone() {
        List<String> open = new ArrayList<>();
        each((mapping, handler) -> {
            Requires requires = handler.getMethodAnnotation(Requires.class);
            if (requires == null
                    || Set.of(Permission.ANYONE, Permission.MACHINE).contains(requires.value())) {
                return;
            }
            for (String pattern : mapping.getPatternValues()) {
                String path = pattern.replaceAll("\\{\\*[^}]*}", "/x").replaceAll("\\{[^}]*}", "1");
                for (RequestMethod method : mapping.getMethodsCondition().getMethods()) {
                    HttpResponse<String> answer = anonymous(method.name(), path);
                    if (!refused(answer)) {
                        open.add(method + " " + path + " answered " + answer.statusCode());
                    }
                }
            }
        });
        assertThat(open).isEmpty();
    }

    private static boolean refused(HttpResponse<String> answer) {
        boolean toSignIn = answer.statusCode() == 302
                && answer.headers().firstValue("Location").orElse("").contains("/-/sign-in");
        return toSignIn || Set.of(401, 403, 404).contains(answer.statusCode());
    }

    private static HttpResponse<String> anonymous(String method, String path) {
        return server.send(method, path);
    }

    private static void each(BiConsumer<RequestMappingInfo, HandlerMethod> action) {
        Map<String, RequestMappingHandlerMapping> all = server.beans(RequestMappingHandlerMapping.class);
        assertThat(all).isNotEmpty();
        all.values().forEach(mappings -> mappings.getHandlerMethods().forEach(action));
    }
}

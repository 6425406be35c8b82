package dev.tandem.server.platform.openapi;

import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.Paging;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ValueConstants;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** All routes below {@code /api}, as the handlers declare them. Worked out once. Safe for use by many threads. */
@Component
public final class Routes {
    private static final Pattern VARIABLE = Pattern.compile("\\{\\*?([A-Za-z0-9_]+)(?::(?:[^{}]|\\{[^}]*})*)?}");

    private final ObjectProvider<RequestMappingHandlerMapping> mappings;
    private volatile List<Route> all = List.of();

    Routes(ObjectProvider<RequestMappingHandlerMapping> mappings) {
        this.mappings = mappings;
    }

    /** By path, then method. */
    public List<Route> all() {
        if (all.isEmpty()) {
            all = read();
        }
        return all;
    }

    private List<Route> read() {
        List<Route> routes = new ArrayList<>();
        ParameterNames names = new ParameterNames();
        mappings.forEach(mapping -> mapping.getHandlerMethods()
                .forEach((info, handler) -> info.getPatternValues().stream()
                        .filter(pattern -> pattern.startsWith("/api/"))
                        .forEach(pattern -> add(routes, info, handler, pattern, names))));
        routes.sort(Comparator.comparing(Route::path).thenComparing(Route::method));
        Map<String, Integer> used = new HashMap<>();
        return routes.stream().map(route -> numbered(route, used)).toList();
    }

    private static void add(
            List<Route> routes, RequestMappingInfo info, HandlerMethod handler, String pattern, ParameterNames names) {
        Matcher variable = VARIABLE.matcher(pattern);
        List<String> variables = variable.results().map(found -> found.group(1)).toList();
        String path = VARIABLE.matcher(pattern).replaceAll(found -> "{" + found.group(1) + "}");
        Requires requires = handler.getMethodAnnotation(Requires.class);
        for (RequestMethod method : info.getMethodsCondition().getMethods()) {
            String tag = handler.getBeanType().getSimpleName().replaceAll("(Api|Calls|Resource|Pages?)$", "");
            routes.add(new Route(
                    path,
                    method.name().toLowerCase(java.util.Locale.ROOT),
                    tag,
                    tag + "." + handler.getMethod().getName(),
                    requires == null ? Permission.ADMINISTER : requires.value(),
                    variables,
                    asked(handler, names),
                    handler));
        }
    }

    private static Map<String, ParameterNames.Kind> asked(HandlerMethod handler, ParameterNames names) {
        Map<String, ParameterNames.Kind> asked = new TreeMap<>(names.of(handler.getMethod()));
        for (Parameter parameter : handler.getMethod().getParameters()) {
            RequestParam annotation = parameter.getAnnotation(RequestParam.class);
            if (annotation != null) {
                String name = annotation.name().isEmpty() ? annotation.value() : annotation.name();
                boolean required =
                        annotation.required() && annotation.defaultValue().equals(ValueConstants.DEFAULT_NONE);
                asked.put(name.isEmpty() ? parameter.getName() : name, kind(parameter.getType(), required));
            }
            if (parameter.getType() == Paging.class) {
                asked.put("page", new ParameterNames.Kind("integer", null, false));
                asked.put("per_page", new ParameterNames.Kind("integer", null, false));
            }
        }
        return asked;
    }

    private static ParameterNames.Kind kind(Class<?> type, boolean required) {
        if (type == boolean.class || type == Boolean.class) {
            return new ParameterNames.Kind("boolean", null, required);
        }
        boolean number = Number.class.isAssignableFrom(type) || type == int.class || type == long.class;
        return new ParameterNames.Kind(number ? "integer" : "string", null, required);
    }

    /** An operation's name stands once in a document. */
    private static Route numbered(Route route, Map<String, Integer> used) {
        int count = used.merge(route.operation(), 1, Integer::sum);
        return count == 1
                ? route
                : new Route(
                        route.path(),
                        route.method(),
                        route.tag(),
                        route.operation() + "." + count,
                        route.permission(),
                        route.variables(),
                        route.asked(),
                        route.handler());
    }
}

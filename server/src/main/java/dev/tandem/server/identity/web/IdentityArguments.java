package dev.tandem.server.identity.web;

import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Namespace;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.identity.SignIn;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/**
 * Gives handlers who asks ({@link Actor}, or {@link Actor.Person} where the permission implies one), the project or group
 * that the permission was decided on ({@link ProjectFacts}, {@link Namespace}), and where the request came from.
 */
@Component
final class IdentityArguments implements HandlerMethodArgumentResolver {
    static final String PROJECT = ProjectFacts.class.getName();
    static final String GROUP = Namespace.class.getName();
    private static final Set<Class<?>> TYPES =
            Set.of(Actor.class, Actor.Person.class, ProjectFacts.class, Namespace.class, SignIn.Origin.class);

    private final Callers callers;

    IdentityArguments(Callers callers) {
        this.callers = callers;
    }

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return TYPES.contains(parameter.getParameterType());
    }

    @Override
    public Object resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest web,
            @Nullable WebDataBinderFactory binders) {
        HttpServletRequest request = Objects.requireNonNull(web.getNativeRequest(HttpServletRequest.class));
        Class<?> type = parameter.getParameterType();
        if (type == SignIn.Origin.class) {
            String agent = Optional.ofNullable(request.getHeader("User-Agent")).orElse("");
            return new SignIn.Origin(request.getRemoteAddr(), agent);
        }
        if (type == ProjectFacts.class) {
            return Objects.requireNonNull(request.getAttribute(PROJECT), "the permission is not one of a project");
        }
        if (type == Namespace.class) {
            return Objects.requireNonNull(request.getAttribute(GROUP), "the permission is not one of a group");
        }
        Actor actor = callers.lenient(request).actor();
        if (!type.isInstance(actor)) {
            throw new AccessRefused(403);
        }
        return actor;
    }
}

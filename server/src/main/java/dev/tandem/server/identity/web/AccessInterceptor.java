package dev.tandem.server.identity.web;

import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Decision;
import dev.tandem.server.identity.Namespace;
import dev.tandem.server.identity.Namespaces;
import dev.tandem.server.identity.ProjectDirectory;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.identity.RequestLimit;
import dev.tandem.server.identity.TokenScope;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.ApiException;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Lets a handler run only when the caller holds the permission that it names. What may not be seen looks as if it did not
 * exist; a caller who is nobody yet is sent to sign in.
 */
@Component
final class AccessInterceptor implements HandlerInterceptor {
    private static final Logger LOG = LoggerFactory.getLogger(AccessInterceptor.class);

    /** What somebody with a one-time password may still ask for. */
    private static final Set<String> BEFORE_PASSWORD = Set.of(PasswordPages.PATH, SignInPages.SIGN_OUT);

    /** What somebody may still ask for who has to set up a second factor. */
    private static final Set<String> BEFORE_SECOND_FACTOR = Set.of(
            PasswordPages.PATH,
            SignInPages.SIGN_OUT,
            TwoFactorPages.PATH,
            TwoFactorPages.BEGIN,
            TwoFactorPages.CONFIRM);

    private final Callers callers;
    private final Access access;
    private final Namespaces namespaces;
    private final ObjectProvider<ProjectDirectory> projects;
    private final RequestLimit limit;
    private final Clock clock;
    private final MovedAddresses moved = new MovedAddresses();

    AccessInterceptor(
            Callers callers,
            Access access,
            Namespaces namespaces,
            ObjectProvider<ProjectDirectory> projects,
            RequestLimit limit,
            Clock clock) {
        this.callers = callers;
        this.limit = limit;
        this.clock = clock;
        this.access = access;
        this.namespaces = namespaces;
        this.projects = projects;
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
            throws IOException {
        if (request.getDispatcherType() == DispatcherType.ASYNC) {
            // The second half of a request that was let in already.
            return true;
        }
        Requires requires = handler instanceof HandlerMethod method ? method.getMethodAnnotation(Requires.class) : null;
        if (requires == null) {
            LOG.error("{} names no permission, so it is refused", handler);
            throw new AccessRefused(403);
        }
        Permission permission = requires.value();
        if (permission == Permission.MACHINE || (permission == Permission.ANYONE && !Requests.isApi(request))) {
            return true;
        }
        Caller.Known caller = known(callers.of(request));
        caller.actor().userId().ifPresent(user -> MDC.put("user", user.toString()));
        count(request, response, caller.actor());
        if (permission == Permission.ANYONE) {
            return true;
        }
        if (caller.mustSetPassword() && !BEFORE_PASSWORD.contains(Requests.path(request))) {
            return first(PasswordPages.PATH, "identity.error.password-first", request, response);
        }
        if (caller.mustSetSecondFactor() && !BEFORE_SECOND_FACTOR.contains(Requests.path(request))) {
            return first(TwoFactorPages.PATH, "identity.error.two-factor-first", request, response);
        }
        return Requests.isApi(request)
                ? api(request, response, caller.actor(), permission)
                : page(request, response, caller.actor(), permission);
    }

    /** In the headers that GitLab sends with a refusal. Others get none: clients would slow themselves down by them. */
    private void count(HttpServletRequest request, HttpServletResponse response, Actor actor) {
        RequestLimit.Standing standing = limit.count(actor, request.getRemoteAddr());
        if (standing.within()) {
            return;
        }
        response.setHeader("RateLimit-Name", "requests_per_minute");
        response.setIntHeader("RateLimit-Limit", standing.limit());
        response.setIntHeader("RateLimit-Observed", standing.observed());
        response.setIntHeader("RateLimit-Remaining", 0);
        response.setHeader("RateLimit-Reset", Long.toString(standing.resetAt().getEpochSecond()));
        response.setDateHeader("RateLimit-ResetTime", standing.resetAt().toEpochMilli());
        throw AccessRefused.later(Duration.between(clock.instant(), standing.resetAt()));
    }

    private static Caller.Known known(Caller caller) {
        return switch (caller) {
            case Caller.Known known -> known;
            case Caller.WrongToken(boolean expired) ->
                throw expired ? ApiException.expiredToken() : ApiException.unauthorized();
            case Caller.NotInThatName(var why) -> throw why;
            case Caller.Throttled(var pause) -> throw AccessRefused.later(pause);
        };
    }

    private static boolean first(String page, String why, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (Requests.isApi(request) || !Requests.isSafe(request)) {
            throw new AccessRefused(403, why);
        }
        response.sendRedirect(page);
        return false;
    }

    private boolean page(HttpServletRequest request, HttpServletResponse response, Actor actor, Permission permission)
            throws IOException {
        Decision decision = decide(request, actor, permission);
        if (decision.isAllowed() && scopesReach(request, actor)) {
            // What is posted to an old address is done: it can mean nothing else.
            return !Requests.isSafe(request) || !moved.page(request, response, original(request));
        }
        if (actor instanceof Actor.Anonymous) {
            // Also for what does not exist, so that nobody learns what does.
            return signInFirst(request, response);
        }
        throw new AccessRefused(decision instanceof Decision.Hidden ? 404 : 403);
    }

    private static boolean signInFirst(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!Requests.isSafe(request)) {
            throw new AccessRefused(401);
        }
        String query = request.getQueryString() == null ? "" : "?" + request.getQueryString();
        String back = URLEncoder.encode(original(request) + query, StandardCharsets.UTF_8);
        response.sendRedirect(SignInPages.PATH + "?to=" + back);
        return false;
    }

    /** As the browser wrote it, before a filter made one segment of a project's path. */
    private static String original(HttpServletRequest request) {
        HttpServletRequest innermost = request;
        while (innermost instanceof jakarta.servlet.http.HttpServletRequestWrapper wrapper
                && wrapper.getRequest() instanceof HttpServletRequest inner) {
            innermost = inner;
        }
        return innermost.getRequestURI();
    }

    private boolean api(HttpServletRequest request, HttpServletResponse response, Actor actor, Permission permission) {
        Decision decision = decide(request, actor, permission);
        if (decision instanceof Decision.Hidden) {
            throw ApiException.notFound(permission.scope() == Permission.Scope.GROUP ? "Group" : "Project");
        }
        if (!scopesReach(request, actor)) {
            throw ApiException.insufficientScope(
                    Requests.isSafe(request) ? TokenScope.READ_API.word() : TokenScope.API.word());
        }
        if (!decision.isAllowed()) {
            throw actor instanceof Actor.Anonymous ? ApiException.unauthorized() : ApiException.forbidden();
        }
        return !moved.api(request, response);
    }

    private Decision decide(HttpServletRequest request, Actor actor, Permission permission) {
        if (permission.scope() == Permission.Scope.PROJECT) {
            Optional<ProjectFacts> project = project(request);
            project.ifPresent(facts -> request.setAttribute(IdentityArguments.PROJECT, facts));
            return project.map(facts -> access.decide(actor, permission, facts)).orElseGet(Decision.Hidden::new);
        }
        if (permission.scope() == Permission.Scope.GROUP) {
            String asked = subject(request, "group");
            Optional<Namespace> group = namespaces
                    .find(asked)
                    .filter(Namespace::isGroup)
                    .or(() -> namespaces.movedGroup(asked).map(found -> moved.note(request, asked, found)));
            group.ifPresent(found -> request.setAttribute(IdentityArguments.GROUP, found));
            return group.map(found -> access.decide(actor, permission, found)).orElseGet(Decision.Hidden::new);
        }
        boolean allowed = switch (actor) {
            case Actor.Person person ->
                permission == Permission.SIGNED_IN || person.user().admin();
            case Actor.Job job -> false;
            case Actor.Anonymous() -> false;
        };
        return allowed ? new Decision.Allowed() : new Decision.Forbidden("");
    }

    /** A token reads with api or read_api and changes things with api; git has rules of its own. */
    private static boolean scopesReach(HttpServletRequest request, Actor actor) {
        return !(actor instanceof Actor.Person person)
                || person.holds(TokenScope.API)
                || (Requests.isSafe(request) && person.holds(TokenScope.READ_API));
    }

    private Optional<ProjectFacts> project(HttpServletRequest request) {
        ProjectDirectory directory = projects.getIfAvailable();
        if (directory == null) {
            return Optional.empty();
        }
        String asked = subject(request, "project");
        return directory.find(asked).or(() -> directory.moved(asked).map(found -> moved.note(request, asked, found)));
    }

    /** What the permission is about: number or full path. */
    private static String subject(HttpServletRequest request, String variable) {
        String name = variable(request, variable);
        String id = name == null ? variable(request, "id") : name;
        if (id == null) {
            throw new IllegalStateException("a handler with a permission of a " + variable + " has neither {" + variable
                    + "} nor {id} in its path: " + request.getRequestURI());
        }
        return id;
    }

    private static @Nullable String variable(HttpServletRequest request, String name) {
        return request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE) instanceof Map<?, ?> variables
                        && variables.get(name) instanceof String value
                ? value
                : null;
    }
}

package dev.tandem.server.identity;

import static dev.tandem.server.RunningServer.TOKEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.server.build.BuildServer;
import dev.tandem.server.build.BuildServer.Repo;
import dev.tandem.server.code.Projects;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.access.Role;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.http.server.PathContainer;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.util.pattern.PathPattern;

/**
 * Asks each page and resource that the server has, as everybody who could ask, on a hidden and on a public project and group,
 * whose members are those of the group above, and expects what its {@link Requires} says. A new handler is covered by being there.
 */
class PermissionSweepTest {
    /** For every variable that is not the project: there is no such thing, so nothing comes of what is allowed. */
    private static final String NOTHING = "999999";

    private static final Pattern VARIABLE = Pattern.compile("\\{(\\*)?([^:}]+)(?::([^}]*))?}");
    private static final Pattern FORM_TOKEN = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"");

    @TempDir
    static Path folder;

    private static BuildServer build;
    private static Repo hidden;
    private static Repo open;
    private static HttpClient client;

    @BeforeAll
    static void start() {
        build = BuildServer.start(folder);
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        hidden = build.project(group("closed", "private") + "/inner", "hidden", "a: {script: [echo]}\n");
        open = build.project(group("opened", "public") + "/inner", "open", "a: {script: [echo]}\n");
        build.server().api("PUT", "/projects/" + open.id(), TOKEN, "{\"visibility\":\"public\"}");
        assertThat(build.server()
                        .bean(Projects.class)
                        .find(open.id())
                        .orElseThrow()
                        .isPublic())
                .isTrue();
    }

    /** Makes a group with a group in it, so that roles come down a way. @return its path */
    private static String group(String path, String visibility) {
        String json = "{\"name\":\"%s\",\"path\":\"%s\",\"visibility\":\"%s\",\"parent_id\":%s}";
        assertThat(build.server()
                        .api("POST", "/groups", TOKEN, json.formatted(path, path, visibility, "null"))
                        .statusCode())
                .isEqualTo(201);
        long id = groupId(path);
        assertThat(build.server()
                        .api("POST", "/groups", TOKEN, json.formatted("inner", "inner", visibility, id))
                        .statusCode())
                .isEqualTo(201);
        return path;
    }

    private static long groupId(String path) {
        return build.server()
                .bean(Namespaces.class)
                .findByPath(path)
                .orElseThrow()
                .id();
    }

    @AfterAll
    static void stop() {
        client.close();
        build.close();
    }

    /** With headers for pages and for resources, name and value in turn. */
    private record Asker(String name, Kind kind, Optional<Role> role, List<String> page, List<String> api) {
        @Override
        public String toString() {
            return name;
        }
    }

    private enum Kind {
        NOBODY,
        PERSON,
        ADMINISTRATOR,
        JOB
    }

    private record Handler(String method, PathPattern pattern, Permission permission) {
        boolean isApi() {
            return pattern.getPatternString().startsWith("/api/");
        }

        boolean isSafe() {
            return method.equals("GET");
        }

        /** Takes what the others are asked of away from where it is. */
        boolean isLast() {
            return permission == Permission.DELETE_PROJECT
                    || permission == Permission.DELETE_GROUP
                    || pattern.getPatternString().endsWith("/transfer");
        }
    }

    private enum Expected {
        ALLOWED,
        TO_SIGN_IN,
        UNAUTHORIZED,
        FORBIDDEN,
        HIDDEN,
        /** Machines prove themselves by tokens that none of these has. */
        NO_MACHINE;

        boolean isMetBy(HttpResponse<String> answer) {
            int status = answer.statusCode();
            String to = answer.headers().firstValue("Location").orElse("");
            return switch (this) {
                case ALLOWED -> status < 500 && status != 401 && status != 403 && !to.startsWith("/-/sign-in");
                case TO_SIGN_IN -> status == 302 && to.startsWith("/-/sign-in?to=");
                case UNAUTHORIZED -> status == 401;
                case FORBIDDEN -> status == 403;
                case HIDDEN -> status == 404;
                case NO_MACHINE -> Set.of(401, 403, 404, 501).contains(status);
            };
        }
    }

    @Test
    void aHiddenProjectIsThereForItsMembersOnlyAndEachMayDoWhatTheRoleAllows() {
        List<Asker> askers = new ArrayList<>(List.of(nobody(), stranger("sam")));
        for (Role role : List.of(Role.GUEST, Role.REPORTER, Role.DEVELOPER, Role.MAINTAINER)) {
            askers.add(member(role.name().toLowerCase(java.util.Locale.ROOT), role, "closed"));
        }
        askers.add(jobOf(open));

        assertThat(wrong(askers, hidden, false)).isEmpty();
    }

    @Test
    void anOwnerMayDoAllThatIsOfTheProjectAndAnAdministratorEverything() {
        Repo owned = build.project(group("owned", "private") + "/inner", "owned", "a: {script: [echo]}\n");
        Repo doomed = build.project(group("doomed", "private") + "/inner", "doomed", "a: {script: [echo]}\n");
        Asker owner = member("owner", Role.OWNER, "owned");

        assertThat(wrong(List.of(owner), owned, false)).isEmpty();
        assertThat(wrong(List.of(administrator("ann")), doomed, false)).isEmpty();
    }

    @Test
    void aPublicProjectIsReadByAllAndChangedByItsMembersOnly() {
        assertThat(wrong(List.of(nobody(), stranger("sue"), jobOf(hidden)), open, true))
                .isEmpty();
    }

    private static List<String> wrong(List<Asker> askers, Repo repo, boolean isPublic) {
        List<Handler> handlers = handlers();
        assertThat(handlers).hasSizeGreaterThan(150);
        List<String> wrong = new ArrayList<>();
        for (Asker asker : askers) {
            // One asker after the other: those with more rights change more.
            wrong.addAll(wrong(asker, handlers.stream().filter(handler -> !handler.isLast()), repo, isPublic, 4));
            assertThat(build.server()
                            .api("GET", "/projects/" + repo.id(), TOKEN, null)
                            .statusCode())
                    .as("what is not there allows everything")
                    .isEqualTo(200);
            wrong.addAll(wrong(asker, handlers.stream().filter(Handler::isLast), repo, isPublic, 1));
        }
        return wrong;
    }

    private static List<String> wrong(Asker asker, Stream<Handler> handlers, Repo repo, boolean isPublic, int atATime) {
        // Addresses first: the last ones take things away.
        List<Callable<Optional<String>>> asks = handlers.<Callable<Optional<String>>>map(handler -> {
                    Expected expected = expected(asker, handler.permission(), handler, isPublic);
                    String path = path(handler, repo);
                    return () -> ask(asker, handler, path, expected);
                })
                .toList();
        List<Future<Optional<String>>> answers;
        try (ExecutorService threads = Executors.newFixedThreadPool(atATime)) {
            answers = asks.stream().map(threads::submit).toList();
        }
        return answers.stream().flatMap(answer -> answer.resultNow().stream()).toList();
    }

    private static Expected expected(Asker asker, Permission permission, Handler handler, boolean isPublic) {
        if (permission == Permission.MACHINE) {
            return Expected.NO_MACHINE;
        }
        if (permission == Permission.SIGNED_IN || permission == Permission.ADMINISTER) {
            boolean allowed = asker.kind() == Kind.ADMINISTRATOR
                    || (permission == Permission.SIGNED_IN && asker.kind() == Kind.PERSON);
            return allowed ? Expected.ALLOWED : refused(asker, handler);
        }
        boolean byRole =
                asker.role().filter(role -> role.atLeast(permission.from())).isPresent();
        if (byRole || (isPublic && permission.publicToo())) {
            return Expected.ALLOWED;
        }
        boolean sees = isPublic || asker.role().isPresent();
        boolean isPageOfNobody = asker.kind() == Kind.NOBODY && !handler.isApi();
        return sees || isPageOfNobody ? refused(asker, handler) : Expected.HIDDEN;
    }

    private static Expected refused(Asker asker, Handler handler) {
        if (asker.kind() != Kind.NOBODY) {
            return Expected.FORBIDDEN;
        }
        return handler.isApi() || !handler.isSafe() ? Expected.UNAUTHORIZED : Expected.TO_SIGN_IN;
    }

    private static Optional<String> ask(Asker asker, Handler handler, String path, Expected expected) {
        HttpResponse<String> answer = send(handler.method(), path, handler.isApi() ? asker.api() : asker.page());
        return expected.isMetBy(answer)
                ? Optional.empty()
                : Optional.of("%s %s as %s (%s): %d %s instead of %s"
                        .formatted(
                                handler.method(),
                                path,
                                asker,
                                handler.permission(),
                                answer.statusCode(),
                                answer.headers().firstValue("Location").orElse(""),
                                expected));
    }

    /** All that are registered, but those that are for anyone. */
    private static List<Handler> handlers() {
        List<Handler> handlers = new ArrayList<>();
        build.server()
                .beans(RequestMappingHandlerMapping.class)
                .values()
                .forEach(all -> all.getHandlerMethods().forEach((mapping, handler) -> {
                    Permission permission =
                            handler.getMethodAnnotation(Requires.class).value();
                    if (permission == Permission.ANYONE) {
                        return;
                    }
                    assertThat(mapping.getMethodsCondition().getMethods())
                            .as(handler.toString())
                            .isNotEmpty();
                    for (PathPattern pattern :
                            mapping.getPathPatternsCondition().getPatterns()) {
                        for (RequestMethod method :
                                mapping.getMethodsCondition().getMethods()) {
                            handlers.add(new Handler(method.name(), pattern, permission));
                        }
                    }
                }));
        return handlers;
    }

    private static String path(Handler handler, Repo repo) {
        PathPattern pattern = handler.pattern();
        String group = repo.path().substring(0, repo.path().lastIndexOf('/'));
        boolean ofGroup = handler.permission().scope() == Permission.Scope.GROUP;
        long id = ofGroup ? groupId(group) : repo.id();
        // Pages see the project's whole path as one variable, as ProjectPathFilter joins it.
        String asRouted = fill(pattern, (ofGroup ? group : repo.path()).replace("/", "%2F"), id);
        assertThat(pattern.matches(PathContainer.parsePath(asRouted)))
                .as(pattern + " matches " + asRouted)
                .isTrue();
        return fill(pattern, ofGroup ? group : repo.path(), id);
    }

    private static String fill(PathPattern pattern, String path, long id) {
        Matcher variable = VARIABLE.matcher(pattern.getPatternString());
        StringBuilder filled = new StringBuilder();
        while (variable.find()) {
            String value = switch (variable.group(2)) {
                case "project", "group" -> path;
                case "id" -> Long.toString(id);
                default -> other(variable.group(3));
            };
            boolean rest = variable.group(1) != null;
            variable.appendReplacement(filled, Matcher.quoteReplacement((rest ? "/" : "") + value));
        }
        return variable.appendTail(filled).toString();
    }

    /** A value that the variable's own expression takes, if it has one: a number, or the first of its words. */
    private static String other(@org.jspecify.annotations.Nullable String expression) {
        return expression == null || NOTHING.matches(expression)
                ? NOTHING
                : expression.split("\\|")[0];
    }

    private static Asker nobody() {
        HttpResponse<String> page = send("GET", "/-/sign-in", List.of());
        String seed = page.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
        return new Asker(
                "nobody",
                Kind.NOBODY,
                Optional.empty(),
                List.of("Cookie", seed, "X-CSRF-TOKEN", formToken(page)),
                List.of());
    }

    private static Asker stranger(String name) {
        return person(name, Kind.PERSON, Optional.empty(), user -> {});
    }

    private static Asker member(String name, Role role, String group) {
        MemberSource source = new MemberSource.OfGroup(groupId(group));
        return person(
                name,
                Kind.PERSON,
                Optional.of(role),
                user -> build.server()
                        .bean(Database.class)
                        .write(tx -> build.server().bean(Members.class).add(tx, source, user.id(), role)));
    }

    /** Acts as an owner everywhere. */
    private static Asker administrator(String name) {
        return person(
                name,
                Kind.ADMINISTRATOR,
                Optional.of(Role.OWNER),
                user -> build.server().api("PUT", "/users/" + user.id(), TOKEN, "{\"admin\":true}"));
    }

    /** Uses pages with a session, and the API with a token of all scopes. */
    private static Asker person(String name, Kind kind, Optional<Role> role, Consumer<User> raise) {
        Database database = build.server().bean(Database.class);
        UserCreation made = database.write(
                tx -> build.server().bean(Users.class).create(tx, name, name, name + "@example.test", false));
        User user = ((UserCreation.Created) made).user();
        raise.accept(user);
        String session =
                database.write(tx -> build.server().bean(Sessions.class).start(tx, user.id(), "127.0.0.1", "test"));
        String token = database.write(tx -> build.server()
                        .bean(PersonalTokens.class)
                        .create(tx, user.id(), "test", Set.of(TokenScope.API), Optional.empty()))
                .secret();
        List<String> cookie = List.of("Cookie", "tandem_session=" + session);
        String formToken = formToken(send("GET", "/", cookie));
        List<String> page = new ArrayList<>(cookie);
        page.addAll(List.of("X-CSRF-TOKEN", formToken));
        return new Asker(name, kind, role, page, List.of("PRIVATE-TOKEN", token));
    }

    /** The token of a running job of another project; its user is root, who may do everything. */
    private static Asker jobOf(Repo repo) {
        build.cancelAll();
        long before = build.pipelines(repo.id()).stream()
                .mapToLong(pipeline -> pipeline.id())
                .max()
                .orElse(0);
        repo.push("again");
        build.awaitPipeline(repo, before);
        List<String> token = List.of("JOB-TOKEN", build.runner().takeAndStart().token());
        return new Asker("a job of " + repo.path(), Kind.JOB, Optional.empty(), token, token);
    }

    private static String formToken(HttpResponse<String> page) {
        Matcher token = FORM_TOKEN.matcher(page.body());
        assertThat(token.find()).as("a form token in " + page.body()).isTrue();
        return token.group(1);
    }

    private static HttpResponse<String> send(String method, String path, List<String> headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(build.server().uri().resolve(path)).method(method, BodyPublishers.noBody());
        if (!headers.isEmpty()) {
            request.headers(headers.toArray(String[]::new));
        }
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (java.io.IOException | InterruptedException e) {
            throw new AssertionError(method + " " + path, e);
        }
    }
}

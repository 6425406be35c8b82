package dev.tandem.server.identity.web;

import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Audit;
import dev.tandem.server.identity.TokenScope;
import dev.tandem.server.identity.User;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.identity.Users;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.api.ApiException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriUtils;

/**
 * Lets an administrator's token of scope {@code sudo} call the API in the name of another user, whom the header {@code Sudo}
 * or the parameter {@code sudo} in the query names by number or username. What is changed so is audited with the
 * administrator's own name too. As GitLab has it (its documentation, "Sudo").
 */
@Component
final class Sudo {
    private static final String HEADER = "Sudo";
    private static final String PARAMETER = "sudo";
    private static final int LONGEST_NUMBER = 18;

    private final Users users;
    private final Database database;
    private final Audit audit;

    Sudo(Users users, Database database, Audit audit) {
        this.users = users;
        this.database = database;
        this.audit = audit;
    }

    /** The caller itself when nobody else is named. */
    Caller apply(HttpServletRequest request, Caller.Known caller) {
        Optional<String> name = Requests.isApi(request) ? named(request) : Optional.empty();
        if (name.isEmpty() || !(caller.actor() instanceof Actor.Person administrator)) {
            return caller;
        }
        if (!administrator.user().admin()) {
            return refused(new ApiException(403, "403 Forbidden - Must be admin to use sudo"));
        }
        if (!administrator.holds(TokenScope.SUDO)) {
            return refused(ApiException.insufficientScope(TokenScope.SUDO.word()));
        }
        Optional<User> other = find(name.get()).filter(user -> !user.blocked());
        if (other.isEmpty()) {
            return refused(ApiException.notFound("User with ID or username '" + name.get() + "'"));
        }
        if (!Requests.isSafe(request)) {
            note(administrator, other.get(), request);
        }
        return new Caller.Known(
                new Actor.Person(other.get(), administrator.scopes()),
                Optional.empty(),
                caller.token(),
                false,
                false,
                Optional.empty());
    }

    private void note(Actor.Person administrator, User other, HttpServletRequest request) {
        database.write(tx -> {
            audit.record(
                    tx,
                    administrator,
                    "user.sudo",
                    "user " + other.username(),
                    request.getMethod() + " " + Requests.path(request));
            return 0;
        });
    }

    private Optional<User> find(String name) {
        boolean number = !name.isEmpty()
                && name.length() <= LONGEST_NUMBER
                && name.chars().allMatch(c -> c >= '0' && c <= '9')
                && Long.parseLong(name) > 0;
        Optional<User> byNumber = number ? users.find(new UserId(Long.parseLong(name))) : Optional.empty();
        return byNumber.or(() -> users.find(name));
    }

    private static Optional<String> named(HttpServletRequest request) {
        return Optional.ofNullable(request.getHeader(HEADER))
                .or(() -> inQuery(request.getQueryString() == null ? "" : request.getQueryString()))
                .map(String::strip)
                .filter(name -> !name.isEmpty());
    }

    private static Optional<String> inQuery(String query) {
        if (!query.contains(PARAMETER + "=")) {
            return Optional.empty();
        }
        String value = UriComponentsBuilder.newInstance()
                .query(query)
                .build()
                .getQueryParams()
                .getFirst(PARAMETER);
        return Optional.ofNullable(value).map(text -> UriUtils.decode(text, java.nio.charset.StandardCharsets.UTF_8));
    }

    private static Caller refused(ApiException why) {
        return new Caller.NotInThatName(why);
    }
}

package dev.tandem.server.identity.web;

import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Passkeys;
import dev.tandem.server.identity.SignIn;
import dev.tandem.server.identity.SignInProviders;
import dev.tandem.server.identity.UserActivity;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.identity.Users;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.Duration;
import org.springframework.stereotype.Component;

/**
 * Asks people to prove themselves once more before what could lock them out of their account: whoever finds an open browser
 * must not be able to take it over. Those who have a password give it; those who have none must have signed in lately.
 */
@Component
final class Reproof {
    private static final Duration LATELY = Duration.ofMinutes(15);

    private final Users users;
    private final SignIn signIn;
    private final Passkeys passkeys;
    private final SignInProviders providers;
    private final Callers callers;
    private final Clock clock;

    Reproof(Users users, SignIn signIn, Passkeys passkeys, SignInProviders providers, Callers callers, Clock clock) {
        this.users = users;
        this.signIn = signIn;
        this.passkeys = passkeys;
        this.providers = providers;
        this.callers = callers;
        this.clock = clock;
    }

    /** Whether a form has to ask for the password. */
    boolean asksPassword(Actor.Person person) {
        return users.activity(person.user().id()).map(UserActivity::hasPassword).orElse(true);
    }

    /** @param password as given in the form; ignored for those who have none */
    boolean proves(Actor.Person person, String password, SignIn.Origin origin, HttpServletRequest request) {
        if (asksPassword(person)) {
            return signIn.confirm(person.user(), password, origin.address());
        }
        return callers.lenient(request)
                .session()
                .map(session -> session.createdAt().plus(LATELY).isAfter(clock.instant()))
                .orElse(false);
    }

    /** Whether somebody could still sign in without one of their passkeys or connected accounts. */
    boolean hasOtherWay(Actor.Person person) {
        UserId user = person.user().id();
        return asksPassword(person)
                || passkeys.list(user).size() + providers.links(user).size() > 1;
    }

    /** Key of the sentence for somebody who did not. */
    String problem(Actor.Person person) {
        return asksPassword(person) ? "identity.password.current-wrong" : "identity.profile.sign-in-again";
    }
}

package dev.tandem.server.identity.web;

import dev.tandem.server.identity.Accounts;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.SignIn;
import dev.tandem.server.identity.User;
import dev.tandem.server.identity.UserEdit;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.web.Flash;
import dev.tandem.server.platform.web.Page;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** What is said of oneself. */
@Controller
public final class ProfilePages {
    static final String PATH = "/-/profile";

    private final Accounts accounts;
    private final Reproof reproof;

    ProfilePages(Accounts accounts, Reproof reproof) {
        this.accounts = accounts;
        this.reproof = reproof;
    }

    /** @param asksPassword whether changing the address needs the password */
    public record Model(
            User user,
            String name,
            String email,
            boolean asksPassword,
            @Nullable String problem) {}

    @Requires(Permission.SIGNED_IN)
    @GetMapping(PATH)
    Page show(Actor.Person person) {
        return page(200, person, person.user().name(), person.user().email(), null);
    }

    @Requires(Permission.SIGNED_IN)
    @PostMapping(PATH)
    @Nullable
    Page save(
            Actor.Person person,
            @RequestParam(defaultValue = "") String name,
            @RequestParam(defaultValue = "") String email,
            @RequestParam(defaultValue = "") String current,
            SignIn.Origin origin,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        // Whoever holds the address can have the password reset.
        boolean otherAddress = !email.strip().equals(person.user().email());
        if (otherAddress && !reproof.proves(person, current, origin, request)) {
            return page(422, person, name, email, reproof.problem(person));
        }
        UserEdit edit = new UserEdit(Optional.of(name), Optional.of(email), Optional.empty());
        return switch (accounts.edit(person, person.user().id(), edit)) {
            case UserEdit.Outcome.Done done -> {
                Flash.leave(response, "identity.profile.saved");
                response.sendRedirect(PATH);
                yield null;
            }
            case UserEdit.Outcome.Invalid(String field) ->
                page(422, person, name, email, "identity.users.invalid-" + field);
            case UserEdit.Outcome.NoSuchUser() -> throw new AccessRefused(404);
            case UserEdit.Outcome.LastAdministrator() ->
                throw new IllegalStateException("a profile does not change who administers");
        };
    }

    private Page page(int status, Actor.Person person, String name, String email, @Nullable String problem) {
        Model model = new Model(person.user(), name, email, reproof.asksPassword(person), problem);
        return new Page("identity/profile.jte", model, status);
    }
}

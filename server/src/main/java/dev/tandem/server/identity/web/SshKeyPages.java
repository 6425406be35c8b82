package dev.tandem.server.identity.web;

import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Audit;
import dev.tandem.server.identity.SshKey;
import dev.tandem.server.identity.SshKeys;
import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.web.Flash;
import dev.tandem.server.platform.web.Page;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** One's own SSH keys. */
@Controller
public final class SshKeyPages {
    static final String PATH = "/-/profile/keys";
    private static final int MOST_SHOWN = 200;

    private final SshKeys keys;
    private final Database database;
    private final Audit audit;

    SshKeyPages(SshKeys keys, Database database, Audit audit) {
        this.keys = keys;
        this.database = database;
        this.audit = audit;
    }

    /** What the page shows; {@code pasted} is what a refused form held. */
    public record Model(
            List<SshKey> keys,
            String title,
            String pasted,
            @Nullable String problem) {}

    @Requires(Permission.SIGNED_IN)
    @GetMapping(PATH)
    Page list(Actor.Person person) {
        return page(200, person, "", "", null);
    }

    @Requires(Permission.SIGNED_IN)
    @PostMapping(PATH)
    @Nullable
    Page add(
            Actor.Person person,
            @RequestParam(defaultValue = "") String title,
            @RequestParam(defaultValue = "") String key,
            HttpServletResponse response)
            throws IOException {
        SshKeys.Addition addition = database.write(tx -> {
            SshKeys.Addition added = keys.add(tx, person.user().id(), title, key, Optional.empty());
            if (added instanceof SshKeys.Addition.Added done) {
                audit.record(
                        tx,
                        person,
                        "ssh-key.add",
                        "user " + person.user().username(),
                        done.key().fingerprint());
            }
            return added;
        });
        return switch (addition) {
            case SshKeys.Addition.Added added -> {
                Flash.leave(response, "identity.keys.added");
                response.sendRedirect(PATH);
                yield null;
            }
            // A private key is not sent back to the page either.
            case SshKeys.Addition.Refused refused ->
                page(
                        422,
                        person,
                        title,
                        refused.code().equals("private") ? "" : key,
                        "identity.keys." + refused.code());
        };
    }

    @Requires(Permission.SIGNED_IN)
    @PostMapping(PATH + "/{key}/delete")
    void delete(Actor.Person person, @PathVariable long key, HttpServletResponse response) throws IOException {
        Optional<SshKey> found = keys.find(person.user().id(), key);
        boolean deleted = found.isPresent()
                && database.write(tx -> {
                    boolean done = keys.delete(tx, person.user().id(), key);
                    if (done) {
                        audit.record(
                                tx,
                                person,
                                "ssh-key.delete",
                                "user " + person.user().username(),
                                found.get().fingerprint());
                    }
                    return done;
                });
        if (deleted) {
            Flash.leave(response, "identity.keys.deleted");
        }
        response.sendRedirect(PATH);
    }

    private Page page(int status, Actor.Person person, String title, String pasted, @Nullable String problem) {
        Model model = new Model(keys.list(person.user().id(), 0, MOST_SHOWN), title, pasted, problem);
        return new Page("identity/keys.jte", model, status);
    }
}

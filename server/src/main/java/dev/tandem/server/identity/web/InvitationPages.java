package dev.tandem.server.identity.web;

import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Invitation;
import dev.tandem.server.identity.Invitations;
import dev.tandem.server.identity.Invitations.Made;
import dev.tandem.server.identity.Namespace;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.access.Role;
import dev.tandem.server.platform.web.Flash;
import dev.tandem.server.platform.web.Page;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/** Makes and withdraws invitations, on the page of the members. */
@Controller
final class InvitationPages {
    private static final String INVITATIONS = "/invitations";

    private final Invitations invitations;
    private final MemberPages pages;

    InvitationPages(Invitations invitations, MemberPages pages) {
        this.invitations = invitations;
        this.pages = pages;
    }

    /** The form as it is sent. */
    record Sent(
            @Nullable Integer role,
            @Nullable String email,
            @Nullable String expires,
            @Nullable String days,
            @Nullable String uses) {

        MemberPages.InviteForm form() {
            return new MemberPages.InviteForm(
                    role == null ? 0 : role, text(email), text(expires), text(days), text(uses));
        }

        private static String text(@Nullable String value) {
            return value == null ? "" : value.strip();
        }
    }

    @Requires(Permission.MANAGE_MEMBERS)
    @PostMapping("/{project}" + MemberPages.PROJECT + INVITATIONS)
    Page make(Actor.Person person, ProjectFacts project, @ModelAttribute Sent sent, HttpServletResponse response) {
        return make(person, MemberPlace.of(project), sent.form(), response);
    }

    @Requires(Permission.MANAGE_GROUP)
    @PostMapping("/groups/{group}" + MemberPages.GROUP + INVITATIONS)
    Page make(Actor.Person person, Namespace group, @ModelAttribute Sent sent, HttpServletResponse response) {
        return make(person, MemberPlace.of(group), sent.form(), response);
    }

    private Page make(
            Actor.Person person, MemberPlace place, MemberPages.InviteForm form, HttpServletResponse response) {
        Role role = MemberPages.role(form.role());
        if (!MemberPages.isDay(form.expires())) {
            return pages.invited(person, place, form, null, "identity.members.day-wrong");
        }
        Optional<String> email = Optional.of(form.email()).filter(text -> !text.isEmpty());
        Invitation.Terms terms = new Invitation.Terms(role, email, MemberPages.day(form.expires()));
        Made made = invitations.make(
                person, place.source(), place.fullPath(), terms, number(form.days()), number(form.uses()));
        if (!(made instanceof Made.Done done)) {
            return pages.invited(person, place, form, null, problem(made));
        }
        // The page shows a secret.
        response.setHeader("Cache-Control", "no-store");
        MemberPages.Link link = new MemberPages.Link(done.url(), done.mailed() ? email.orElse(null) : null);
        return pages.invited(person, place, MemberPages.InviteForm.EMPTY, link, null);
    }

    @Requires(Permission.MANAGE_MEMBERS)
    @PostMapping("/{project}" + MemberPages.PROJECT + INVITATIONS + "/{invitation}/revoke")
    void revoke(Actor actor, ProjectFacts project, @PathVariable long invitation, HttpServletResponse response)
            throws IOException {
        revoke(actor, MemberPlace.of(project), invitation, response);
    }

    @Requires(Permission.MANAGE_GROUP)
    @PostMapping("/groups/{group}" + MemberPages.GROUP + INVITATIONS + "/{invitation}/revoke")
    void revoke(Actor actor, Namespace group, @PathVariable long invitation, HttpServletResponse response)
            throws IOException {
        revoke(actor, MemberPlace.of(group), invitation, response);
    }

    private void revoke(Actor actor, MemberPlace place, long id, HttpServletResponse response) throws IOException {
        Invitation invitation = invitations.find(place.source(), id).orElseThrow(() -> new AccessRefused(404));
        if (invitations.revoke(actor, place.fullPath(), invitation)) {
            Flash.leave(response, "identity.invite.revoked");
        }
        response.sendRedirect(place.members());
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static String problem(Made made) {
        return switch (made) {
            case Made.Invalid(String field) -> "identity.invite.invalid-" + field.replace('_', '-');
            case Made.AlreadyInvited() -> "identity.invite.already";
            case Made.AlreadyMember() -> "identity.members.already";
            case Made.TooMany() -> "identity.invite.too-many";
            case Made.Above() -> "identity.members.above";
            case Made.Done done -> throw new IllegalStateException("not refused: " + done);
        };
    }
}

package dev.tandem.server.operate.web;

import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Mails;
import dev.tandem.server.operate.MailPreferences;
import dev.tandem.server.operate.MailPreferences.Topic;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.web.ErrorPages;
import dev.tandem.server.platform.web.Flash;
import dev.tandem.server.platform.web.Page;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** What somebody wants to hear of by mail, and the way out that stands in each mail. */
@Controller
public final class MailPages {
    static final String PATH = "/-/profile/mail";
    private static final String UNSUBSCRIBE = "/-/mail/unsubscribe/{ticket}";

    private final MailPreferences preferences;
    private final Mails mails;

    MailPages(MailPreferences preferences, Mails mails) {
        this.preferences = preferences;
        this.mails = mails;
    }

    /** @param sends whether this server sends mail at all */
    public record Model(List<Topic> topics, Set<Topic> wanted, String email, boolean sends) {}

    /** @param done whether it is stopped already */
    public record Unsubscribe(String ticket, Topic topic, boolean done) {}

    @Requires(Permission.SIGNED_IN)
    @GetMapping(PATH)
    Page show(Actor.Person actor) {
        return new Page(
                "operate/mail.jte",
                new Model(
                        List.of(Topic.values()),
                        preferences.of(actor.user().id()),
                        actor.user().email(),
                        mails.areSent()));
    }

    @Requires(Permission.SIGNED_IN)
    @PostMapping(PATH)
    void choose(
            Actor.Person actor,
            @RequestParam(name = "topics", required = false, defaultValue = "") List<String> topics,
            HttpServletResponse response)
            throws IOException {
        Set<Topic> wanted = Arrays.stream(Topic.values())
                .filter(topic -> topics.contains(topic.wire()))
                .collect(Collectors.toSet());
        preferences.choose(actor.user().id(), wanted);
        Flash.leave(response, "operate.mail.saved");
        response.sendRedirect(PATH);
    }

    /** Only asks: programs that look for viruses open every link of a mail. */
    @Requires(Permission.ANYONE)
    @GetMapping(UNSUBSCRIBE)
    Page ask(@PathVariable String ticket) {
        return answer(ticket, false);
    }

    @Requires(Permission.ANYONE)
    @PostMapping(UNSUBSCRIBE)
    Page stop(@PathVariable String ticket) {
        preferences.read(ticket).ifPresent(preferences::stop);
        return answer(ticket, true);
    }

    private Page answer(String ticket, boolean done) {
        return preferences
                .read(ticket)
                .map(known -> new Page("operate/unsubscribe.jte", new Unsubscribe(ticket, known.topic(), done)))
                .orElseGet(() -> ErrorPages.of(404, null));
    }
}

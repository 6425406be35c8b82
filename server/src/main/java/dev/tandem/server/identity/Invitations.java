package dev.tandem.server.identity;

import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.ServerUrls;
import dev.tandem.server.platform.Settings;
import dev.tandem.server.platform.Tx;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Role;
import dev.tandem.server.platform.web.Text;
import dev.tandem.server.platform.web.Translator;
import java.io.Serial;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;

/**
 * Invites people to projects and groups by a link. It counts while it is not over, used up or withdrawn, and while who made
 * it may still give that role there; it never takes or lowers a role. Safe for use by many threads.
 */
public final class Invitations {
    /** First part of the link's path. */
    public static final String LINK = "/-/join/";

    public static final int DEFAULT_DAYS = 14;
    public static final int MOST_DAYS = 90;
    public static final int MOST_USES = 100;

    /** Open ones in one place: nobody looks through more. */
    static final int MOST_OPEN = 500;

    private final Database database;
    private final Members members;
    private final Access access;
    private final Accounts accounts;
    private final Namespaces namespaces;
    private final ObjectProvider<ProjectDirectory> projects;
    private final ObjectProvider<Mails> mails;
    private final Throttle throttle;
    private final Audit audit;
    private final ServerUrls urls;
    private final Settings settings;
    private final Clock clock;

    Invitations(
            Database database,
            Members members,
            Access access,
            Accounts accounts,
            Namespaces namespaces,
            ObjectProvider<ProjectDirectory> projects,
            ObjectProvider<Mails> mails,
            Throttle throttle,
            Audit audit,
            ServerUrls urls,
            Settings settings,
            Clock clock) {
        this.database = database;
        this.members = members;
        this.access = access;
        this.accounts = accounts;
        this.namespaces = namespaces;
        this.projects = projects;
        this.mails = mails;
        this.throttle = throttle;
        this.audit = audit;
        this.urls = urls;
        this.settings = settings;
        this.clock = clock;
    }

    /** Where somebody is invited to. */
    public record Place(MemberSource source, String fullPath, String name) {
        public boolean isGroup() {
            return source instanceof MemberSource.OfGroup;
        }

        /** Path of its page. */
        public String address() {
            return (isGroup() ? "/groups/" : "/") + fullPath;
        }
    }

    /** How making or changing one ended. */
    public sealed interface Made {
        /**
         * @param url the link; shown once, known to nobody afterwards
         * @param mailed whether it went to the address, too
         */
        record Done(Invitation invitation, String url, boolean mailed) implements Made {}

        /** @param field {@code email}, {@code days}, {@code uses} or {@code expires_at} */
        record Invalid(String field) implements Made {}

        /** There is an open one for this address. */
        record AlreadyInvited() implements Made {}

        /** An account with this address is a member right there. */
        record AlreadyMember() implements Made {}

        record TooMany() implements Made {}

        /** The role is above the inviter's own. */
        record Above() implements Made {}
    }

    /**
     * Makes one; for an address, which gets it by mail when this server sends any.
     *
     * @param days for how long the link is good
     * @param uses how many people may use it; of one for an address always 1
     */
    public Made make(
            Actor.Person by, MemberSource source, String fullPath, Invitation.Terms terms, int days, int uses) {
        Optional<Made> refused = refusal(by, source, terms, days, uses);
        if (refused.isPresent()) {
            return refused.get();
        }
        String secret = Secrets.random();
        Instant now = clock.instant();
        Instant end = now.plus(Duration.ofDays(days));
        int times = terms.email().isPresent() ? 1 : uses;
        return database.write(tx -> {
            InvitationStore.deleteExpired(tx.sql(), Optional.of(source), now);
            if (InvitationStore.count(tx.sql(), source, "", now) >= MOST_OPEN) {
                return new Made.TooMany();
            }
            Optional<Invitation> made = InvitationStore.insert(
                    tx.sql(),
                    Secrets.hash(secret),
                    source,
                    terms,
                    times,
                    by.user().id(),
                    now,
                    end);
            if (made.isEmpty()) {
                return new Made.AlreadyInvited();
            }
            audit.record(tx, by, "invitation.create", fullPath, words(made.get()));
            String url = urls.external() + LINK + secret;
            return new Made.Done(made.get(), url, mail(tx, made.get(), fullPath, url));
        });
    }

    private Optional<Made> refusal(Actor.Person by, MemberSource source, Invitation.Terms terms, int days, int uses) {
        if (days < 1 || days > MOST_DAYS) {
            return Optional.of(new Made.Invalid("days"));
        }
        if (uses < 1 || uses > MOST_USES) {
            return Optional.of(new Made.Invalid("uses"));
        }
        if (!terms.email().map(Users::validEmail).orElse(true)) {
            return Optional.of(new Made.Invalid("email"));
        }
        if (terms.memberUntil().filter(this::isOver).isPresent()) {
            return Optional.of(new Made.Invalid("expires_at"));
        }
        if (!gives(by, source, terms.role())) {
            return Optional.of(new Made.Above());
        }
        return terms.email().filter(email -> members.isMember(source, email)).map(email -> new Made.AlreadyMember());
    }

    /**
     * The open ones, the newest first.
     *
     * @param search part of the address; empty for all
     */
    public List<Invitation> list(MemberSource source, String search, int offset, int limit) {
        return database.read(sql -> InvitationStore.list(sql, source, search, clock.instant(), offset, limit));
    }

    public int count(MemberSource source, String search) {
        return database.read(sql -> InvitationStore.count(sql, source, search, clock.instant()));
    }

    /** The open one for this address. */
    public Optional<Invitation> find(MemberSource source, String email) {
        return database.read(sql -> InvitationStore.find(sql, source, email, clock.instant()));
    }

    public Optional<Invitation> find(MemberSource source, long id) {
        return database.read(sql -> InvitationStore.find(sql, source, id));
    }

    /** Gives an open one another role and end of the membership. @return empty when that is done, else why not */
    public Optional<Made> change(Actor.Person by, String fullPath, Invitation invitation, Invitation.Terms terms) {
        if (terms.memberUntil().filter(this::isOver).isPresent()) {
            return Optional.of(new Made.Invalid("expires_at"));
        }
        if (!gives(by, invitation.source(), terms.role())
                || !gives(by, invitation.source(), invitation.terms().role())) {
            return Optional.of(new Made.Above());
        }
        database.write(tx -> {
            if (InvitationStore.change(tx.sql(), invitation.id(), terms)) {
                audit.record(tx, by, "invitation.change", fullPath, words(invitation) + " to " + word(terms.role()));
            }
            return 0;
        });
        return Optional.empty();
    }

    /** Withdraws one: its link is worth nothing from now on. @return whether there was something to withdraw */
    public boolean revoke(Actor by, String fullPath, Invitation invitation) {
        return database.write(tx -> {
            boolean gone = InvitationStore.delete(tx.sql(), invitation.id());
            if (gone) {
                audit.record(tx, by, "invitation.revoke", fullPath, words(invitation));
            }
            return gone;
        });
    }

    /** What a link leads to. */
    public sealed interface Opened {
        record Good(Invitation invitation, Place place) implements Opened {}

        /** Used, withdrawn, too old, never made, or made by somebody who may not invite there any more. */
        record Over() implements Opened {}

        /** Too many links were guessed from there. */
        record Throttled(Duration retryAfter) implements Opened {}
    }

    /** @param address from which it is asked; wrong ones are guesses, right ones are never held up */
    public Opened open(String secret, String address) {
        Optional<Invitation> found =
                database.read(sql -> InvitationStore.find(sql, Secrets.hash(secret), clock.instant()));
        if (found.isEmpty()) {
            return throttle.attempt(null, address)
                    .<Opened>map(Opened.Throttled::new)
                    .orElseGet(Opened.Over::new);
        }
        return place(found.get())
                .<Opened>map(place -> new Opened.Good(found.get(), place))
                .orElseGet(Opened.Over::new);
    }

    /** How using one ended. */
    public sealed interface Joined {
        record Done() implements Joined {}

        /** As high a role is there already; the invitation is not used up. */
        record AlreadyMember() implements Joined {}

        /** It is for the owner of another address. */
        record NotForYou() implements Joined {}

        record Over() implements Joined {}
    }

    /** Makes somebody a member who is signed in. */
    public Joined accept(Opened.Good opened, User user) {
        if (!opened.invitation().isFor(user.email())) {
            return new Joined.NotForYou();
        }
        if (isMember(opened, user)) {
            return new Joined.AlreadyMember();
        }
        try {
            return database.write(tx -> join(tx, opened, user));
        } catch (UsedUp e) {
            return new Joined.Over();
        }
    }

    /** Whether the role, or a higher one, is there already; or one that was given right there, which only members' managers change. */
    public boolean isMember(Opened.Good opened, User user) {
        Invitation invitation = opened.invitation();
        boolean enough = members.role(invitation.source(), user.id())
                .filter(held -> held.atLeast(invitation.terms().role()))
                .isPresent();
        return enough || members.directRole(invitation.source(), user.id()).isPresent();
    }

    /** Whether somebody without an account may make one on the way. */
    public boolean makeAccounts() {
        return settings.invitedAccounts();
    }

    /**
     * Makes an account, and its owner a member, or neither.
     *
     * @param email counts only for an invitation that is not for an address
     * @return empty when the link is over
     */
    public Optional<UserCreation> acceptAsNew(
            Opened.Good opened, String username, String name, String email, String password) {
        String address = opened.invitation().terms().email().orElse(email);
        try {
            return Optional.of(accounts.create(
                    Actor.ANONYMOUS, username, name, address, false, Optional.of(password), (tx, user) -> {
                        if (!(join(tx, opened, user) instanceof Joined.Done)) {
                            throw new UsedUp();
                        }
                    }));
        } catch (UsedUp e) {
            return Optional.empty();
        }
    }

    private Joined join(Tx tx, Opened.Good opened, User user) {
        Invitation invitation = opened.invitation();
        Invitation.Terms terms = invitation.terms();
        MemberChange change = members.add(
                tx,
                invitation.source(),
                user.id(),
                terms.role(),
                terms.memberUntil(),
                Optional.of(invitation.by().id()));
        if (change instanceof MemberChange.AlreadyMember) {
            return new Joined.AlreadyMember();
        }
        if (!(change instanceof MemberChange.Done)
                || !InvitationStore.use(tx.sql(), invitation.id(), clock.instant())) {
            throw new UsedUp();
        }
        audit.record(
                tx,
                new Actor.Person(user, TokenScope.all()),
                "member.add",
                opened.place().fullPath(),
                user.username() + " as " + word(terms.role()) + " by invitation of "
                        + invitation.by().username());
        return new Joined.Done();
    }

    void deleteExpired() {
        database.write(tx -> {
            InvitationStore.deleteExpired(tx.sql(), Optional.empty(), clock.instant());
            return 0;
        });
    }

    /** Somebody else was faster: what this transaction did is undone. */
    private static final class UsedUp extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1;

        UsedUp() {
            super("the invitation is over", null, false, false);
        }
    }

    /** Empty when who made the invitation could not make it today. */
    private Optional<Place> place(Invitation invitation) {
        Actor.Person by = new Actor.Person(invitation.by(), TokenScope.all());
        return switch (invitation.source()) {
            case MemberSource.OfProject(long id) ->
                Optional.ofNullable(projects.getIfAvailable())
                        .flatMap(directory -> directory.find(Long.toString(id)))
                        .filter(project -> access.decide(by, Permission.MANAGE_MEMBERS, project)
                                .isAllowed())
                        .filter(project -> gives(
                                by, invitation.source(), invitation.terms().role()))
                        .map(project -> new Place(invitation.source(), project.fullPath(), project.name()));
            case MemberSource.OfGroup(long id) ->
                namespaces
                        .find(id)
                        .filter(group -> access.decide(by, Permission.MANAGE_GROUP, group)
                                .isAllowed())
                        .filter(group -> gives(
                                by, invitation.source(), invitation.terms().role()))
                        .map(group -> new Place(invitation.source(), group.fullPath(), group.name()));
        };
    }

    private boolean gives(Actor by, MemberSource source, Role role) {
        return access.effectiveRole(by, source).filter(own -> own.atLeast(role)).isPresent();
    }

    private boolean isOver(LocalDate day) {
        return Members.start(day) <= clock.millis();
    }

    private boolean mail(Tx tx, Invitation invitation, String fullPath, String url) {
        Optional<String> to = invitation.terms().email();
        Mails sender = mails.getIfAvailable();
        if (to.isEmpty() || sender == null || !sender.areSent()) {
            return false;
        }
        Translator words = Translator.of(settings.language());
        Text text = Text.of(
                "identity.invite.mail-text",
                invitation.by().name(),
                fullPath,
                words.text(Text.of("identity.role." + word(invitation.terms().role()))),
                url,
                Duration.between(invitation.createdAt(), invitation.expiresAt()).toDays());
        sender.send(
                tx,
                new Mails.Mail(
                        to.get(),
                        words.text(Text.of("identity.invite.mail-subject", fullPath)),
                        words.text(text),
                        invitation.expiresAt()));
        return true;
    }

    private static String words(Invitation invitation) {
        String whom = invitation
                .terms()
                .email()
                .orElseGet(() -> "for " + invitation.usesLeft() + (invitation.usesLeft() == 1 ? " use" : " uses"));
        return word(invitation.terms().role())
                + " " + whom
                + invitation.terms().memberUntil().map(day -> " until " + day).orElse("");
    }

    private static String word(Role role) {
        return role.name().toLowerCase(Locale.ROOT);
    }
}

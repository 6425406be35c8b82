package dev.tandem.server.code.http;

import dev.tandem.server.code.DeployKey;
import dev.tandem.server.code.DeployKeys;
import dev.tandem.server.code.Project;
import dev.tandem.server.code.Projects;
import dev.tandem.server.code.lfs.Bearer;
import dev.tandem.server.code.lfs.LfsTokens;
import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Credentials;
import dev.tandem.server.identity.Decision;
import dev.tandem.server.identity.ProjectFacts;
import dev.tandem.server.identity.TokenScope;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.identity.Users;
import dev.tandem.server.platform.access.Permission;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Decides about requests of git clients. Safe for use by many threads. */
@Component
class GitAdmissions {
    private static final String BASIC = "basic ";

    private final Credentials credentials;
    private final Access access;
    private final Projects projects;
    private final LfsTokens lfsTokens;
    private final DeployKeys deployKeys;
    private final Users users;

    GitAdmissions(
            Credentials credentials,
            Access access,
            Projects projects,
            LfsTokens lfsTokens,
            DeployKeys deployKeys,
            Users users) {
        this.credentials = credentials;
        this.access = access;
        this.projects = projects;
        this.lfsTokens = lfsTokens;
        this.deployKeys = deployKeys;
        this.users = users;
    }

    /**
     * @param authorization the header, if one came
     * @param remote address of the client
     */
    GitAdmission decide(GitAddress address, @Nullable String authorization, String remote) {
        return decide(address.fullPath(), address.service() == GitAddress.Service.PUSH, authorization, remote);
    }

    private GitAdmission decide(String fullPath, boolean push, @Nullable String authorization, String remote) {
        if (authorization == null) {
            return admit(Actor.ANONYMOUS, fullPath, push);
        }
        Optional<String[]> pair = basic(authorization);
        if (pair.isEmpty()) {
            return new GitAdmission.Challenge();
        }
        return switch (credentials.basic(pair.get()[0], pair.get()[1], remote)) {
            case Credentials.Outcome.Accepted accepted -> admit(accepted.actor(), fullPath, push);
            case Credentials.Outcome.Refused refused -> new GitAdmission.Challenge();
            case Credentials.Outcome.Throttled throttled -> new GitAdmission.Throttled(throttled.retryAfter());
        };
    }

    /** As for git, and besides for who shows what they got over SSH. */
    GitAdmission lfs(String fullPath, boolean upload, @Nullable String authorization, String remote) {
        Optional<String> token = lfsToken(authorization);
        if (token.isEmpty()) {
            return decide(fullPath, upload, authorization, remote);
        }
        Optional<LfsTokens.Grant> grant = lfsTokens.verify(token.get());
        if (grant.isEmpty()) {
            return new GitAdmission.Challenge();
        }
        GitAdmission admission = admit(grant.get().bearer(), fullPath, upload);
        boolean isOther = admission instanceof GitAdmission.Admitted admitted
                && admitted.project().id() != grant.get().projectId();
        if (isOther) {
            return new GitAdmission.Unknown();
        }
        return upload && !grant.get().upload()
                ? new GitAdmission.Forbidden("This access is for downloads only.")
                : admission;
    }

    private static Optional<String> lfsToken(@Nullable String authorization) {
        return Optional.ofNullable(authorization)
                .flatMap(GitAdmissions::basic)
                .map(pair -> pair[1])
                .filter(LfsTokens::isOne);
    }

    /** For whoever came by SSH or with what they got there. */
    GitAdmission admit(Bearer bearer, String fullPath, boolean push) {
        return switch (bearer) {
            case Bearer.Human(UserId id) ->
                person(id).map(person -> admit(person, fullPath, push)).orElseGet(GitAdmission.Unknown::new);
            case Bearer.Machine(long key) ->
                deployKeys
                        .findLive(key)
                        .map(found -> admit(found, fullPath, push))
                        .orElseGet(GitAdmission.Unknown::new);
        };
    }

    /** For a machine: it reads its project by itself, and pushes in the name of whoever added its key. */
    private GitAdmission admit(DeployKey key, String fullPath, boolean push) {
        Optional<Project> project = projects.findByAnyPath(fullPath).filter(found -> found.id() == key.projectId());
        if (project.isEmpty()) {
            return new GitAdmission.Unknown();
        }
        if (!push) {
            return new GitAdmission.Admitted(project.get(), Actor.ANONYMOUS, Optional.empty());
        }
        return key.canPush()
                ? person(key.creator())
                        .map(person -> admit(person, fullPath, true))
                        .orElseGet(() -> new GitAdmission.Forbidden("Whoever added this deploy key is blocked."))
                : new GitAdmission.Forbidden("This deploy key reads only.");
    }

    private Optional<Actor.Person> person(UserId id) {
        return users.find(id)
                .filter(user -> !user.blocked())
                .map(user -> new Actor.Person(user, Set.of(TokenScope.READ_REPOSITORY, TokenScope.WRITE_REPOSITORY)));
    }

    /** For somebody who is known already; a project is found at its old addresses, too. */
    GitAdmission admit(Actor actor, String fullPath, boolean push) {
        boolean anonymous = actor instanceof Actor.Anonymous;
        Optional<Project> found = projects.findByAnyPath(fullPath);
        if (found.isEmpty()) {
            return anonymous ? new GitAdmission.Challenge() : new GitAdmission.Unknown();
        }
        Project project = found.get();
        ProjectFacts facts = project.facts();
        Permission permission = push ? Permission.PUSH : Permission.READ_CODE;
        return switch (access.decide(actor, permission, facts)) {
            case Decision.Allowed allowed ->
                new GitAdmission.Admitted(project, actor, access.effectiveRole(actor, project.id()));
            case Decision.Hidden hidden when anonymous -> new GitAdmission.Challenge();
            case Decision.Forbidden forbidden when anonymous -> new GitAdmission.Challenge();
            case Decision.Hidden hidden -> new GitAdmission.Unknown();
            case Decision.Forbidden forbidden -> new GitAdmission.Forbidden(forbidden.why());
        };
    }

    private static Optional<String[]> basic(String header) {
        if (!header.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            return Optional.empty();
        }
        try {
            byte[] bytes =
                    Base64.getDecoder().decode(header.substring(BASIC.length()).strip());
            String text = new String(bytes, StandardCharsets.UTF_8);
            int colon = text.indexOf(':');
            return colon < 0
                    ? Optional.empty()
                    : Optional.of(new String[] {text.substring(0, colon), text.substring(colon + 1)});
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}

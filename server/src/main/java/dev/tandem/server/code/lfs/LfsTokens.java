package dev.tandem.server.code.lfs;

import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.TokenScope;
import dev.tandem.server.identity.UserId;
import dev.tandem.server.identity.Users;
import dev.tandem.server.platform.SecretBox;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * What somebody who came by SSH shows when their client moves large files over HTTP: for one project, for a short time, sealed
 * so that nothing has to be kept. It lets nobody do more than they still may. Safe for use by many threads.
 */
@Component
public final class LfsTokens {
    /** A client asks for another one when it is over. */
    public static final Duration VALID = Duration.ofMinutes(30);

    private static final String PREFIX = "lfs-";

    private final SecretBox box;
    private final Users users;
    private final Clock clock;

    LfsTokens(SecretBox box, Users users, Clock clock) {
        this.box = box;
        this.users = users;
        this.clock = clock;
    }

    /** Who may do what, where. */
    public record Grant(Actor.Person actor, long projectId, boolean upload) {}

    /** For this person and project; downloads alone unless {@code upload}. */
    public String issue(Actor.Person person, long projectId, boolean upload) {
        return PREFIX
                + box.seal(String.join(
                        " ",
                        Long.toString(person.user().id().value()),
                        Long.toString(projectId),
                        Boolean.toString(upload),
                        Long.toString(clock.instant().plus(VALID).toEpochMilli())));
    }

    public static boolean isOne(String password) {
        return password.startsWith(PREFIX);
    }

    /** Empty for one that is over, not ours, or of somebody who is blocked. */
    public Optional<Grant> verify(String token) {
        try {
            String[] words = box.open(token.substring(PREFIX.length())).split(" ");
            if (words.length != 4 || clock.instant().isAfter(Instant.ofEpochMilli(Long.parseLong(words[3])))) {
                return Optional.empty();
            }
            return users.find(new UserId(Long.parseLong(words[0])))
                    .filter(user -> !user.blocked())
                    .map(user -> new Grant(
                            new Actor.Person(user, Set.of(TokenScope.READ_REPOSITORY, TokenScope.WRITE_REPOSITORY)),
                            Long.parseLong(words[1]),
                            Boolean.parseBoolean(words[2])));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}

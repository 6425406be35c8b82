package dev.tandem.server.code.lfs;

import dev.tandem.server.platform.SecretBox;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
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
    private final Clock clock;

    LfsTokens(SecretBox box, Clock clock) {
        this.box = box;
        this.clock = clock;
    }

    /**
     * For whom, for which project.
     *
     * @param upload whether for more than downloads
     */
    public record Grant(Bearer bearer, long projectId, boolean upload) {}

    /** Seals it for half an hour. */
    public String issue(Grant grant) {
        return PREFIX
                + box.seal(String.join(
                        " ",
                        grant.bearer().word(),
                        Long.toString(grant.projectId()),
                        Boolean.toString(grant.upload()),
                        Long.toString(clock.instant().plus(VALID).toEpochMilli())));
    }

    public static boolean isOne(String password) {
        return password.startsWith(PREFIX);
    }

    /** Empty for one that is over or not ours. What its bearer may do now is to be asked. */
    public Optional<Grant> verify(String token) {
        try {
            String[] words = box.open(token.substring(PREFIX.length())).split(" ", -1);
            if (words.length != 4 || clock.instant().isAfter(Instant.ofEpochMilli(Long.parseLong(words[3])))) {
                return Optional.empty();
            }
            return Bearer.of(words[0])
                    .map(bearer -> new Grant(bearer, Long.parseLong(words[1]), Boolean.parseBoolean(words[2])));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}

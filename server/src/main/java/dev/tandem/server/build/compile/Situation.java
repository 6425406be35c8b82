package dev.tandem.server.build.compile;

import dev.tandem.pipeline.rule.Variable;
import dev.tandem.server.code.Commit;
import dev.tandem.server.code.Project;
import dev.tandem.server.identity.User;
import java.time.Instant;
import java.util.List;

/**
 * What a configuration is compiled for.
 *
 * @param before sha that changes are compared with; {@link dev.tandem.server.code.RefUpdated#ZERO} when there is none
 * @param user in whose name files of other projects are read
 * @param given variables given to this one pipeline
 */
public record Situation(
        Project project,
        Commit commit,
        String ref,
        boolean tag,
        boolean refProtected,
        String before,
        String source,
        User user,
        List<Variable> given,
        Instant createdAt) {
    public Situation {
        given = List.copyOf(given);
    }
}

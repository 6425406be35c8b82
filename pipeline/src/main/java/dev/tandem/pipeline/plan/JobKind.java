package dev.tandem.pipeline.plan;

import dev.tandem.pipeline.syntax.Node;
import dev.tandem.pipeline.syntax.Node.Mapping;
import dev.tandem.pipeline.syntax.Node.Sequence;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a job does when its turn comes. */
enum JobKind {
    /** Runs a script. */
    BUILD,
    /** Starts a downstream pipeline. */
    TRIGGER,
    /** Shows the status of another project's pipeline. */
    MIRROR;

    static JobKind of(Mapping job) {
        if (job.get("script") != null) {
            return BUILD;
        }
        if (job.get("trigger") != null) {
            return TRIGGER;
        }
        return job.get("run") == null && items(job.get("needs")).stream().anyMatch(JobKind::isMirrored)
                ? MIRROR
                : BUILD;
    }

    /** Whether an entry of needs names a project to show the status of. */
    static boolean isMirrored(Node need) {
        return need instanceof Mapping mapping && mapping.get("pipeline") != null && mapping.get("job") == null;
    }

    private static List<Node> items(@Nullable Node needs) {
        return needs instanceof Sequence list ? list.items() : needs == null ? List.of() : List.of(needs);
    }

    boolean isPlanned(Set<Capability> capabilities) {
        return switch (this) {
            case BUILD -> true;
            case TRIGGER -> capabilities.contains(Capability.DOWNSTREAM_PIPELINES);
            case MIRROR -> capabilities.contains(Capability.MIRRORS);
        };
    }
}

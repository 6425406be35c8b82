package dev.tandem.server.code;

import dev.tandem.server.platform.access.Role;
import java.util.Locale;
import java.util.Optional;

/** Why one ref of a push may not move. */
public sealed interface PushRefusal {
    /** For the person at the git client; English, one line. */
    String message();

    /** The ref belongs to the server. */
    record ReservedRef(String ref) implements PushRefusal {
        @Override
        public String message() {
            return ref + " is kept by the server and cannot be pushed";
        }
    }

    /** The name is no good as a ref here. */
    record BadName(String ref, String why) implements PushRefusal {
        @Override
        public String message() {
            return "this name cannot be used: " + why;
        }
    }

    /** A rule demands more than the pusher has; {@code needed} is empty when nobody may push. */
    record RoleNeeded(String branch, Optional<Role> needed) implements PushRefusal {
        @Override
        public String message() {
            return needed.map(role -> "branch '" + branch + "' is protected; pushing to it needs the role "
                            + role.name().toLowerCase(Locale.ROOT))
                    .orElse("branch '" + branch + "' is protected; nobody can push to it");
        }
    }

    /** A rule demands more than the pusher has to make a tag; {@code needed} is empty when nobody may. */
    record TagRoleNeeded(String tag, Optional<Role> needed) implements PushRefusal {
        @Override
        public String message() {
            return needed.map(role -> "tag '" + tag + "' is protected; making it needs the role "
                            + role.name().toLowerCase(Locale.ROOT))
                    .orElse("tag '" + tag + "' is protected; nobody can make it");
        }
    }

    /** A protected tag would move or go. */
    record TagStays(String tag, boolean deletion) implements PushRefusal {
        @Override
        public String message() {
            return "tag '" + tag + "' is protected and cannot be " + (deletion ? "deleted by a push" : "moved");
        }
    }

    /** History of a protected branch would be lost. */
    record ForcePushForbidden(String branch) implements PushRefusal {
        @Override
        public String message() {
            return "branch '" + branch
                    + "' is protected against force-push; fetch and merge, or push to another branch";
        }
    }

    /** A protected branch would go. */
    record DeletionForbidden(String branch) implements PushRefusal {
        @Override
        public String message() {
            return "branch '" + branch + "' is protected and cannot be deleted by a push";
        }
    }

    /** The default branch would go. */
    record DefaultBranchStays(String branch) implements PushRefusal {
        @Override
        public String message() {
            return "branch '" + branch + "' is the default branch and cannot be deleted";
        }
    }

    /** Somebody else moved it between the client's look and now. */
    record MovedMeanwhile(String ref) implements PushRefusal {
        @Override
        public String message() {
            return "somebody else moved it meanwhile; fetch first";
        }
    }
}

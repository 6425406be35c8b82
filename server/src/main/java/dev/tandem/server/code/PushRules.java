package dev.tandem.server.code;

import dev.tandem.server.platform.access.Role;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Decides whether a ref may move, from facts alone. Whether the pusher may push at all was decided before.
 *
 * @param role of who pushes
 * @param protectedBranches all rules of the project; of those that cover a branch, the most generous decides who may push
 *     (as in GitLab), and the strictest whether history may be lost
 * @param protectedTags all rules of the project; of those that cover a tag, the most generous decides who may make it
 * @param defaultBranch short name; empty while the project is
 */
record PushRules(
        Role role,
        List<ProtectedBranch> protectedBranches,
        List<ProtectedTag> protectedTags,
        Optional<String> defaultBranch) {
    private static final String TAGS = "refs/tags/";
    private static final int LONGEST_REF = 500;

    /** A branch named like a commit could never be told from it. */
    private static final Pattern LIKE_A_SHA = Pattern.compile("[0-9a-fA-F]{40}");

    PushRules {
        protectedBranches = List.copyOf(protectedBranches);
        protectedTags = List.copyOf(protectedTags);
    }

    /** @return why not; empty when it may move */
    Optional<PushRefusal> judge(RefChange change) {
        return badName(change).or(() -> {
            if (change.isBranch()) {
                return judgeBranch(change);
            }
            return change.ref().startsWith(TAGS) ? judgeTag(change) : Optional.empty();
        });
    }

    private static Optional<PushRefusal> badName(RefChange change) {
        String ref = change.ref();
        if (HiddenRefs.isHidden(ref)) {
            return Optional.of(new PushRefusal.ReservedRef(ref));
        }
        if (!ref.startsWith("refs/")) {
            return Optional.of(new PushRefusal.BadName(ref, "a ref starts with refs/"));
        }
        if (ref.length() > LONGEST_REF) {
            return Optional.of(new PushRefusal.BadName(ref, "it is longer than " + LONGEST_REF + " characters"));
        }
        boolean comes = change.kind() == RefChange.Kind.CREATE;
        if (comes && change.isBranch() && LIKE_A_SHA.matcher(change.branch()).matches()) {
            return Optional.of(new PushRefusal.BadName(ref, "it looks like the sha of a commit"));
        }
        return comes && change.isBranch() && change.branch().equals("HEAD")
                ? Optional.of(new PushRefusal.BadName(ref, "HEAD means something else in git"))
                : Optional.empty();
    }

    private Optional<PushRefusal> judgeTag(RefChange change) {
        String tag = change.ref().substring(TAGS.length());
        List<ProtectedTag> rules =
                protectedTags.stream().filter(rule -> rule.covers(tag)).toList();
        if (rules.isEmpty()) {
            return Optional.empty();
        }
        if (change.kind() != RefChange.Kind.CREATE) {
            return Optional.of(new PushRefusal.TagStays(tag, change.kind() == RefChange.Kind.DELETE));
        }
        Optional<Role> needed = rules.stream()
                .flatMap(rule -> rule.create().stream())
                .min((one, other) -> Integer.compare(one.accessLevel(), other.accessLevel()));
        return needed.isEmpty() || !role.atLeast(needed.get())
                ? Optional.of(new PushRefusal.TagRoleNeeded(tag, needed))
                : Optional.empty();
    }

    private Optional<PushRefusal> judgeBranch(RefChange change) {
        String branch = change.branch();
        if (change.kind() == RefChange.Kind.DELETE && defaultBranch.equals(Optional.of(branch))) {
            return Optional.of(new PushRefusal.DefaultBranchStays(branch));
        }
        List<ProtectedBranch> rules =
                protectedBranches.stream().filter(rule -> rule.covers(branch)).toList();
        if (rules.isEmpty()) {
            return Optional.empty();
        }
        if (change.kind() == RefChange.Kind.DELETE) {
            return Optional.of(new PushRefusal.DeletionForbidden(branch));
        }
        Optional<Role> needed = rules.stream()
                .flatMap(rule -> rule.push().stream())
                .min((one, other) -> Integer.compare(one.accessLevel(), other.accessLevel()));
        if (needed.isEmpty() || !role.atLeast(needed.get())) {
            return Optional.of(new PushRefusal.RoleNeeded(branch, needed));
        }
        boolean forceAllowed = rules.stream().allMatch(ProtectedBranch::allowForcePush);
        return change.kind() == RefChange.Kind.FORCE && !forceAllowed
                ? Optional.of(new PushRefusal.ForcePushForbidden(branch))
                : Optional.empty();
    }
}

package dev.tandem.server.code;

import dev.tandem.server.platform.access.Role;
import java.util.Optional;

/**
 * Who may move branches of a name.
 *
 * @param name a branch, or a pattern in which {@code *} stands for any characters
 * @param push from which role on people may push; empty: nobody
 * @param merge from which role on people may merge; empty: nobody
 */
public record ProtectedBranch(long id, String name, Optional<Role> push, Optional<Role> merge, boolean allowForcePush) {
    /** GitLab's number for "no one". */
    public static final int NO_ONE = 0;

    /** Whether this rule is about the branch. */
    public boolean covers(String branch) {
        return matches(name, branch);
    }

    /** Linear in both lengths but for repeated stars; no regular expression is built from what users wrote. */
    static boolean matches(String pattern, String text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int retry = 0;
        while (t < text.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                retry = t;
            } else if (p < pattern.length() && pattern.charAt(p) == text.charAt(t)) {
                p++;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++retry;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}

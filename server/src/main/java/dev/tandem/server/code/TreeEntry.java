package dev.tandem.server.code;

import java.util.Locale;

/**
 * One entry of a folder. The name is whatever somebody pushed: escape it.
 *
 * @param path from the root of the repository
 * @param mode as git prints it, six octal digits
 * @param id sha of the blob, tree or, for a submodule, commit
 */
public record TreeEntry(String name, String path, Type type, String mode, String id) {
    /** Kind of entry, with git's words on the wire. */
    public enum Type {
        BLOB,
        TREE,
        /** A submodule. */
        COMMIT;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}

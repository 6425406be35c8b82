package dev.tandem.server.identity;

/** What its owners may change of a group, as it shall be. */
public record GroupEdit(String name, String description, boolean isPublic) {
    /** The group as it is. */
    public static GroupEdit of(Namespace group) {
        return new GroupEdit(group.name(), group.description(), group.isPublic());
    }
}

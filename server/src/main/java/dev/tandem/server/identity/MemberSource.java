package dev.tandem.server.identity;

/** Where somebody is a member. */
public sealed interface MemberSource {
    /** A project; members of the groups that it lies in are its members, too. */
    record OfProject(long id) implements MemberSource {}

    /** A group; its members are members of all groups and projects below it. */
    record OfGroup(long id) implements MemberSource {}

    static MemberSource of(ProjectFacts project) {
        return new OfProject(project.id());
    }

    static MemberSource of(Namespace group) {
        return new OfGroup(group.id());
    }
}

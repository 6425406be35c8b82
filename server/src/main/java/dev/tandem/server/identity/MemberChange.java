package dev.tandem.server.identity;

/** How changing the members of a project ended. */
public sealed interface MemberChange {
    record Done() implements MemberChange {}

    record AlreadyMember() implements MemberChange {}

    record NotAMember() implements MemberChange {}

    /** Refused: a project always keeps one owner. */
    record LastOwner() implements MemberChange {}
}

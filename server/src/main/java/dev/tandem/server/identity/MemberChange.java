package dev.tandem.server.identity;

/** How changing the members of a project or group ended. */
public sealed interface MemberChange {
    record Done() implements MemberChange {}

    record AlreadyMember() implements MemberChange {}

    record NotAMember() implements MemberChange {}

    /** Refused: there is always one owner whose role does not expire, here or in a group above. */
    record LastOwner() implements MemberChange {}

    /** Refused: the day of expiry is not in the future. */
    record DayOver() implements MemberChange {}
}

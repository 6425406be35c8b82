package dev.tandem.server.operate;

/** What comes of wanting something of an incident. */
public sealed interface IncidentAnswer {

    /** @param changed false when it was so before */
    record Done(Incident incident, boolean changed) implements IncidentAnswer {}

    /** It is not done. {@code reason}: one or two sentences, what is wrong and how to mend it. */
    record Refused(Why why, String reason) implements IncidentAnswer {}

    /** Whose fault it is, for the status of the reply. */
    enum Why {
        INVALID,
        MISSING,
        /** Not in the state that things are in. */
        CONFLICT
    }
}

package dev.tandem.agent;

import java.util.regex.Pattern;

/** A revision of a service on this agent. */
record RevisionId(String service, String revision) implements Comparable<RevisionId> {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{0,99}");

    /** Whether both names are safe as folder names; the server promises it, the agent checks. */
    boolean safe() {
        return NAME.matcher(service).matches() && NAME.matcher(revision).matches();
    }

    @Override
    public int compareTo(RevisionId other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return service + "/" + revision;
    }
}

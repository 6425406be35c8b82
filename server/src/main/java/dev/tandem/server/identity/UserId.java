package dev.tandem.server.identity;

/** The number of a user; the same as in GitLab's API. */
public record UserId(long value) {
    public UserId {
        if (value <= 0) {
            throw new IllegalArgumentException("ids of users start at 1, not " + value);
        }
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}

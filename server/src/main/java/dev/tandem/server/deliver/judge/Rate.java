package dev.tandem.server.deliver.judge;

/**
 * How many requests of one revision were bad.
 *
 * @param bad 0 to {@code requests}
 */
public record Rate(long bad, long requests) {
    public static final Rate NONE = new Rate(0, 0);

    /** From 0 to 1; 0 when there was no request. */
    public double ratio() {
        return requests == 0 ? 0 : (double) bad / requests;
    }
}

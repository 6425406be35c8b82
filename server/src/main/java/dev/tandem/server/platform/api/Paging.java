package dev.tandem.server.platform.api;

/**
 * Which part of a list is asked for.
 *
 * @param page from 1
 * @param perPage 1 to 100
 */
public record Paging(int page, int perPage) {
    public static final int DEFAULT_PER_PAGE = 20;
    public static final int MAX_PER_PAGE = 100;

    /** Pages beyond this cannot be asked for, so that offsets stay small numbers. */
    private static final int MAX_PAGE = 1_000_000;

    public Paging {
        page = Math.clamp(page, 1, MAX_PAGE);
        perPage = Math.clamp(perPage, 1, MAX_PER_PAGE);
    }

    /** For SQL. */
    public int offset() {
        return (page - 1) * perPage;
    }

    /** For SQL. */
    public int limit() {
        return perPage;
    }
}

package dev.tandem.server.platform.web;

import org.jspecify.annotations.Nullable;

/** Pages that say why there is nothing else to show. */
public final class ErrorPages {
    private ErrorPages() {}

    /** What the template shows. */
    public record Model(int status, String key, @Nullable String reason) {}

    /**
     * @param status 400 and above; those without words of their own get those of their hundred
     * @param reason one plain sentence for the reader, already in the reader's language; null when there is none
     */
    public static Page of(int status, @Nullable String reason) {
        String key = switch (status) {
            case 401, 403, 404 -> "platform.error." + status;
            default -> status >= 500 ? "platform.error.500" : "platform.error.400";
        };
        return new Page("platform/error.jte", new Model(status, key, reason), status);
    }
}

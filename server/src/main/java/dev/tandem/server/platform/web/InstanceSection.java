package dev.tandem.server.platform.web;

/**
 * A page that belongs to no project, as a bean: shown in the menu of whoever may see it, and in the palette.
 *
 * @param messageKey its name in the message bundles
 * @param icon name of a symbol in the sprite without its prefix
 * @param path from the root: {@code /-/admin/users}
 * @param audience who sees the entry; what the page itself demands is up to its handler
 */
public record InstanceSection(String messageKey, String icon, String path, int order, Audience audience) {
    public enum Audience {
        EVERYBODY,
        SIGNED_IN,
        ADMINISTRATORS
    }

    boolean shownTo(Viewer viewer) {
        return switch (audience) {
            case EVERYBODY -> true;
            case SIGNED_IN -> viewer.username() != null;
            case ADMINISTRATORS -> viewer.administrator();
        };
    }
}

package dev.tandem.server.platform.web;

import dev.tandem.server.platform.access.Permission;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a project's rail; declared as a bean by the package that owns the page.
 *
 * @param key what pages of this section pass to {@code projectLayout} as {@code section}
 * @param messageKey name of the section in the message bundles
 * @param icon name of a symbol in the sprite without its prefix: {@code pipeline}
 * @param path behind the project's path: {@code /-/pipelines}
 * @param order entries are sorted by it; hundreds are code, two hundreds build, three hundreds deliver, 900 settings
 * @param goKey the letter that follows {@code g} on the keyboard; a space for none
 * @param permission what its page demands: the entry is shown to those who hold it
 */
public record ProjectSection(
        String key, String messageKey, String icon, String path, int order, char goKey, Permission permission) {
    /** The letter as text; null for none. */
    public @Nullable String go() {
        return goKey == ' ' ? null : String.valueOf(goKey);
    }
}

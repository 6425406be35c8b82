package dev.tandem.server.platform.web;

import dev.tandem.server.platform.access.Permission;

/**
 * One entry of a group's rail; declared as a bean by the package that owns the page.
 *
 * @param key what pages of this section pass to {@code groupLayout} as {@code section}
 * @param messageKey name of the section in the message bundles
 * @param icon name of a symbol in the sprite without its prefix
 * @param path behind the group's path: {@code /-/group_members}
 * @param order entries are sorted by it
 * @param permission what its page demands: the entry is shown to those who hold it
 */
public record GroupSection(String key, String messageKey, String icon, String path, int order, Permission permission) {}

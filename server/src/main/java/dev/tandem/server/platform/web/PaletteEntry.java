package dev.tandem.server.platform.web;

/**
 * A place the palette can go to.
 *
 * @param label what people look for
 * @param where told beside it, small: the project, the kind
 * @param icon name of a symbol in the sprite without its prefix
 */
public record PaletteEntry(Text label, Text where, String href, String icon) {}

/**
 * The face that all pages share: how a handler's {@link dev.tandem.server.platform.web.Page} becomes HTML, what
 * templates may ask ({@link dev.tandem.server.platform.web.Ui}), message bundles, static files, navigation, the palette
 * and the stream of live events. docs/face.md tells how to add a page.
 */
@NullMarked
package dev.tandem.server.platform.web;

import org.jspecify.annotations.NullMarked;

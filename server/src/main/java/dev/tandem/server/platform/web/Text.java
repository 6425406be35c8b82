package dev.tandem.server.platform.web;

import java.util.List;

/** A text that a model carries into a template: either as it is, or a key of the message bundles with parameters. */
public sealed interface Text {
    /** Something a person or program wrote; shown as it is. */
    record Plain(String text) implements Text {}

    /** Translated when the page is rendered; arguments that are texts too are translated with it. */
    record Message(String key, List<Object> arguments) implements Text {}

    static Text plain(String text) {
        return new Plain(text);
    }

    static Text of(String key, Object... arguments) {
        return new Message(key, List.of(arguments));
    }
}

package dev.tandem.server.deliver.web;

import dev.tandem.server.platform.Settings;

/** Addresses of pages, as people reach them. */
final class Addresses {
    private Addresses() {}

    static String web(Settings settings, String projectPath, String rest) {
        return root(settings) + "/" + projectPath + rest;
    }

    static String root(Settings settings) {
        String base = settings.externalUrl().toString();
        return base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
    }
}

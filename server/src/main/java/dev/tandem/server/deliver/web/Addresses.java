package dev.tandem.server.deliver.web;

import dev.tandem.server.platform.ServerUrls;

/** Addresses of pages, as people reach them. */
final class Addresses {
    private Addresses() {}

    static String web(ServerUrls urls, String projectPath, String rest) {
        return root(urls) + "/" + projectPath + rest;
    }

    static String root(ServerUrls urls) {
        return urls.external().toString();
    }
}

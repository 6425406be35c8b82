package dev.tandem.server.platform;

import org.jooq.conf.RenderKeywordCase;

/** How jOOQ writes SQL here. */
final class Jooq {
    static final org.jooq.conf.Settings SETTINGS = new org.jooq.conf.Settings()
            .withRenderSchema(false)
            .withRenderCatalog(false)
            .withRenderKeywordCase(RenderKeywordCase.LOWER);

    static {
        // Banner and tip of the day belong in no server log.
        System.setProperty("org.jooq.no-logo", "true");
        System.setProperty("org.jooq.no-tips", "true");
    }

    private Jooq() {}
}

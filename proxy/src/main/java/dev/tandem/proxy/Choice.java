package dev.tandem.proxy;

/** Where a request goes. */
sealed interface Choice {

    /** To this instance; the hold is in flight already. */
    record Chosen(Hold hold) implements Choice {}

    /** No service has this host name. */
    record NoRoute() implements Choice {}

    /** The service is known, but none of its revisions can take the request now. */
    record NoRevision() implements Choice {}
}

package dev.tandem.server.identity;

import dev.tandem.server.platform.Tx;
import java.time.Instant;

/** Sends mail to one person. Declared here, implemented by operate, which knows the mail server. Thread-safe. */
public interface Mails {
    /**
     * One mail.
     *
     * @param to one address
     * @param text plain; may hold a secret, so it is kept sealed until it is sent
     * @param until when it is of no more use; until then a mail server that is away is asked again
     */
    record Mail(String to, String subject, String text, Instant until) {}

    /** Whether an administrator named a mail server. */
    boolean areSent();

    /** Sends after {@code tx} commits, at least once. Without a mail server nothing happens. */
    void send(Tx tx, Mail mail);
}

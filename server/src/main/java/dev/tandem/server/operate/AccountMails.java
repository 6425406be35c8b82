package dev.tandem.server.operate;

import dev.tandem.server.identity.Mails;
import dev.tandem.server.platform.DurableTask;
import dev.tandem.server.platform.SecretBox;
import dev.tandem.server.platform.Tx;
import jakarta.mail.MessagingException;
import java.time.Clock;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/** Mails about accounts, through the same server as notifications. They wait sealed, because they hold secrets. */
final class AccountMails implements Mails {
    private static final Logger LOG = LoggerFactory.getLogger(AccountMails.class);

    private final MailSender sender;
    private final SecretBox secrets;
    private final JsonMapper json;
    private final Clock clock;
    private final DurableTask<Sealed> task = new DurableTask<>("operate.account-mail", Sealed.class, this::post);

    AccountMails(MailSender sender, SecretBox secrets, JsonMapper json, Clock clock) {
        this.sender = sender;
        this.secrets = secrets;
        this.json = json;
        this.clock = clock;
    }

    record Sealed(String mail) {}

    DurableTask<Sealed> task() {
        return task;
    }

    @Override
    public boolean areSent() {
        return sender.isReady();
    }

    @Override
    public void send(Tx tx, Mail mail) {
        if (areSent()) {
            Sealed sealed = new Sealed(secrets.seal(json.writeValueAsString(mail)));
            tx.schedule(task, UUID.randomUUID().toString(), sealed, clock.instant());
        }
    }

    private void post(Sealed sealed) {
        Mail mail = json.readValue(secrets.open(sealed.mail()), Mail.class);
        if (!areSent() || clock.instant().isAfter(mail.until())) {
            LOG.warn("gave up a mail about an account: the mail server did not take it in time");
            return;
        }
        try {
            sender.send(mail.to(), mail.subject(), mail.text());
        } catch (MessagingException e) {
            // The task is due again after a pause.
            throw new IllegalStateException("the mail server did not take a mail about an account", e);
        }
    }
}

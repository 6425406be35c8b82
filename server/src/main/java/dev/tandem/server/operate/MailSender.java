package dev.tandem.server.operate;

import jakarta.mail.Authenticator;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Date;
import java.util.Properties;

/** Sends mail through the server that the administrator named in {@code smtp-url}. */
final class MailSender implements Sender {
    private static final String MILLIS = "15000";

    private final String server;
    private final String password;
    private final String from;
    private final Clock clock;

    /** @param server {@code smtp://user@host:port} or {@code smtps://...}; empty when there is none */
    MailSender(String server, String password, String from, Clock clock) {
        this.server = server;
        this.password = password;
        this.from = from;
        this.clock = clock;
    }

    boolean isReady() {
        return !server.isEmpty() && !from.isEmpty();
    }

    @Override
    public Outcome send(Channel channel, Notice notice, long deliveryId) {
        if (!isReady()) {
            return new Outcome(
                    false, false, "This server sends no mail: an administrator has to set smtp-url and smtp-from.");
        }
        try {
            Transport.send(message(channel, notice));
            return new Outcome(true, false, "The mail server took it.");
        } catch (MessagingException e) {
            return new Outcome(false, true, Texts.cut("The mail server did not take it: " + e.getMessage(), 300));
        }
    }

    /** Sends one mail to one address. */
    void send(String to, String subject, String text) throws MessagingException {
        Transport.send(message(new InternetAddress[] {new InternetAddress(to, true)}, subject, text));
    }

    private MimeMessage message(Channel channel, Notice notice) throws MessagingException {
        MimeMessage message = message(
                InternetAddress.parse(channel.target(), true),
                "[" + notice.project() + "] " + notice.title(),
                text(notice));
        message.setHeader("X-Tandem-Event", notice.event().wire());
        return message;
    }

    private MimeMessage message(InternetAddress[] to, String subject, String text) throws MessagingException {
        MimeMessage message = new MimeMessage(session(URI.create(server)));
        message.setFrom(new InternetAddress(from, true));
        message.setRecipients(Message.RecipientType.TO, to);
        message.setSubject(subject.replaceAll("\\s+", " "), StandardCharsets.UTF_8.name());
        message.setText(text, StandardCharsets.UTF_8.name());
        message.setHeader("Auto-Submitted", "auto-generated");
        message.setSentDate(Date.from(clock.instant()));
        return message;
    }

    private static String text(Notice notice) {
        return notice.title() + "\n\n" + String.join("\n", notice.lines())
                + (notice.lines().isEmpty() ? "" : "\n\n") + notice.url() + "\n";
    }

    private Session session(URI uri) {
        boolean tls = "smtps".equals(uri.getScheme());
        String protocol = tls ? "smtps" : "smtp";
        String user = uri.getUserInfo();
        Properties properties = new Properties();
        properties.setProperty("mail.transport.protocol.rfc822", protocol);
        properties.setProperty("mail.transport.protocol", protocol);
        String prefix = "mail." + protocol + ".";
        properties.setProperty(prefix + "host", uri.getHost());
        properties.setProperty(prefix + "port", Integer.toString(uri.getPort() > 0 ? uri.getPort() : tls ? 465 : 587));
        properties.setProperty(prefix + "connectiontimeout", MILLIS);
        properties.setProperty(prefix + "timeout", MILLIS);
        properties.setProperty(prefix + "writetimeout", MILLIS);
        properties.setProperty(prefix + "ssl.checkserveridentity", "true");
        properties.setProperty(prefix + "starttls.enable", Boolean.toString(!tls));
        // A password goes over encrypted connections only.
        properties.setProperty(prefix + "starttls.required", Boolean.toString(!tls && user != null));
        properties.setProperty(prefix + "auth", Boolean.toString(user != null));
        return Session.getInstance(properties, user == null ? null : login(user));
    }

    private Authenticator login(String user) {
        return new Authenticator() {
            @Override
            protected PasswordAuthentication getPasswordAuthentication() {
                return new PasswordAuthentication(user, password);
            }
        };
    }
}

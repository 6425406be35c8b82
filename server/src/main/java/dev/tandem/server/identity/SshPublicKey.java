package dev.tandem.server.identity;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.digest.BuiltinDigests;

/**
 * A public key as somebody pasted it, read and found strong enough.
 *
 * @param text type and key, without comment and options
 * @param comment what stood behind it, mostly {@code mei@laptop}; may be empty
 * @param fingerprint {@code SHA256:...}
 */
public record SshPublicKey(String text, String comment, String fingerprint) {
    private static final int LONGEST = 16_384;
    private static final int FEWEST_RSA_BITS = 2048;
    private static final Set<String> TYPES = Set.of(
            "ssh-ed25519",
            "ecdsa-sha2-nistp256",
            "ecdsa-sha2-nistp384",
            "ecdsa-sha2-nistp521",
            "ssh-rsa",
            "sk-ssh-ed25519@openssh.com",
            "sk-ecdsa-sha2-nistp256@openssh.com");

    /** What is wrong with a text that should be a public key; each has a message of that name. */
    public enum Fault {
        /** It is a private key, which nobody should have shown. */
        PRIVATE,
        /** Not the one line that {@code *.pub} files hold. */
        UNREADABLE,
        /** DSA, or an RSA key of less than 2048 bits. */
        WEAK;

        /** Stable word. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What reading comes to. */
    public sealed interface Reading {
        record Read(SshPublicKey key) implements Reading {}

        record Refused(Fault fault) implements Reading {}
    }

    /** Reads the line of a {@code .pub} file. */
    public static Reading read(String pasted) {
        String text = pasted.strip();
        if (text.contains("PRIVATE KEY")) {
            return new Reading.Refused(Fault.PRIVATE);
        }
        String[] words = text.split("\\s+", 3);
        if (text.length() > LONGEST || words.length < 2 || text.lines().count() != 1) {
            return new Reading.Refused(Fault.UNREADABLE);
        }
        if (words[0].equals("ssh-dss")) {
            return new Reading.Refused(Fault.WEAK);
        }
        if (!TYPES.contains(words[0])) {
            return new Reading.Refused(Fault.UNREADABLE);
        }
        try {
            Base64.getDecoder().decode(words[1]);
            PublicKey key = PublicKeyEntry.parsePublicKeyEntry(words[0] + " " + words[1])
                    .resolvePublicKey(null, null, null);
            if (key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() < FEWEST_RSA_BITS) {
                return new Reading.Refused(Fault.WEAK);
            }
            return new Reading.Read(
                    new SshPublicKey(words[0] + " " + words[1], words.length > 2 ? words[2] : "", fingerprint(key)));
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            // Whatever the bytes are that a stranger sent: they are no key.
            return new Reading.Refused(Fault.UNREADABLE);
        }
    }

    /** As {@code ssh-keygen -l} prints it. */
    public static String fingerprint(PublicKey key) {
        return KeyUtils.getFingerPrint(BuiltinDigests.sha256, key);
    }
}

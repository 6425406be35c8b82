package dev.tandem.server.platform;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts secrets at rest (AES-256-GCM) with a key that lies beside the database, never in it. While the key is being
 * changed there are two: the first seals, each opens; see {@link KeyRotation}. Safe for many threads.
 */
public final class SecretBox {
    static final int KEY_BYTES = 32;
    static final String PREFIX = "v1:";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecureRandom random = new SecureRandom();
    private final List<SecretKeySpec> keys;

    private SecretBox(List<byte[]> keys) {
        this.keys = keys.stream().map(key -> new SecretKeySpec(key, "AES")).toList();
    }

    /** Reads the key file, or makes one that only the server's user can read. */
    static SecretBox open(Path keyFile) throws IOException {
        if (!Files.exists(keyFile)) {
            write(keyFile, List.of(freshKey()));
        }
        return new SecretBox(read(keyFile));
    }

    static byte[] freshKey() {
        byte[] fresh = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(fresh);
        return fresh;
    }

    /** The keys of a file, one a line, the one that seals first. */
    static List<byte[]> read(Path keyFile) throws IOException {
        return Files.readString(keyFile)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .map(Base64.getDecoder()::decode)
                .toList();
    }

    /** Puts these keys in place of the file in one step that survives a power cut. */
    static void write(Path keyFile, List<byte[]> keys) throws IOException {
        Path fresh = keyFile.resolveSibling(keyFile.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        String text = keys.stream().map(Base64.getEncoder()::encodeToString).collect(Collectors.joining("\n"));
        Files.writeString(fresh, text, StandardOpenOption.SYNC);
        Files.move(fresh, keyFile, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel folder = FileChannel.open(keyFile.toAbsolutePath().getParent())) {
            folder.force(true);
        }
    }

    /** @return text that only {@link #open(String)} of the same installation can read */
    public String seal(String secret) {
        try {
            byte[] nonce = new byte[NONCE_BYTES];
            random.nextBytes(nonce);
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, keys.getFirst(), new GCMParameterSpec(TAG_BITS, nonce));
            byte[] sealed = cipher.doFinal(secret.getBytes(StandardCharsets.UTF_8));
            byte[] both = ByteBuffer.allocate(nonce.length + sealed.length)
                    .put(nonce)
                    .put(sealed)
                    .array();
            return PREFIX + Base64.getEncoder().encodeToString(both);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES-GCM", e);
        }
    }

    /** @throws IllegalArgumentException when the text was changed or sealed with another key */
    public String open(String sealed) {
        if (!sealed.startsWith(PREFIX)) {
            throw new IllegalArgumentException("a secret was sealed with an unknown key");
        }
        byte[] both = Base64.getDecoder().decode(sealed.substring(PREFIX.length()));
        GeneralSecurityException why = null;
        for (SecretKeySpec key : keys) {
            try {
                return open(key, both);
            } catch (GeneralSecurityException e) {
                why = e;
            }
        }
        throw new IllegalArgumentException("a secret cannot be decrypted; is the key file that of this database?", why);
    }

    /** The same secret sealed with the first key; empty when it is, or when this is no sealed text of this installation. */
    Optional<String> renewed(String sealed) {
        try {
            open(keys.getFirst(), Base64.getDecoder().decode(sealed.substring(PREFIX.length())));
            return Optional.empty();
        } catch (GeneralSecurityException | RuntimeException notTheFirst) {
            try {
                return Optional.of(seal(open(sealed)));
            } catch (IllegalArgumentException notOurs) {
                return Optional.empty();
            }
        }
    }

    private static String open(SecretKeySpec key, byte[] both) throws GeneralSecurityException {
        if (both.length < NONCE_BYTES) {
            throw new GeneralSecurityException("cut short");
        }
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, both, 0, NONCE_BYTES));
        return new String(cipher.doFinal(both, NONCE_BYTES, both.length - NONCE_BYTES), StandardCharsets.UTF_8);
    }
}

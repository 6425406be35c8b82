package dev.tandem.server.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.ssl.pem.PemContent;

/** Looks at certificate and key before the server starts, since the server itself only says that something is wrong. */
final class TlsFiles {
    private TlsFiles() {}

    /** What is wrong with them, in words for the administrator; empty when nothing is, also without TLS. */
    static List<String> problems(Settings settings) {
        if (settings.tlsCertificate().isEmpty() && settings.tlsKey().isEmpty()) {
            return List.of();
        }
        if (settings.tlsCertificate().isEmpty() || settings.tlsKey().isEmpty()) {
            return List.of("tls-certificate and tls-key: one needs the other");
        }
        List<String> problems = new ArrayList<>();
        PemContent certificates = load("tls-certificate", settings.tlsCertificate(), problems);
        PemContent key = load("tls-key", settings.tlsKey(), problems);
        if (certificates != null && key != null) {
            check(settings, certificates, key, problems);
        }
        return problems;
    }

    private static void check(Settings settings, PemContent certificates, PemContent key, List<String> problems) {
        X509Certificate first;
        try {
            first = certificates.getCertificates().getFirst();
        } catch (RuntimeException e) {
            problems.add("tls-certificate: " + settings.tlsCertificate() + " holds no certificate (BEGIN CERTIFICATE)");
            return;
        }
        PrivateKey secret;
        try {
            secret = key.getPrivateKey();
        } catch (RuntimeException e) {
            secret = null;
        }
        if (secret == null) {
            problems.add(
                    "tls-key: " + settings.tlsKey() + " holds no private key without a password (BEGIN PRIVATE KEY)");
        } else if (!secret.getAlgorithm().equals(first.getPublicKey().getAlgorithm())) {
            problems.add("tls-key: " + settings.tlsKey() + " is of kind " + secret.getAlgorithm()
                    + ", the certificate of kind " + first.getPublicKey().getAlgorithm());
        }
    }

    private static @org.jspecify.annotations.Nullable PemContent load(String name, String file, List<String> problems) {
        try {
            return Files.isRegularFile(Path.of(file)) ? PemContent.load(Path.of(file)) : missing(name, file, problems);
        } catch (IOException | RuntimeException e) {
            problems.add(name + ": " + file + " cannot be read: " + e.getMessage());
            return null;
        }
    }

    private static @org.jspecify.annotations.Nullable PemContent missing(
            String name, String file, List<String> problems) {
        problems.add(name + ": there is no file " + Path.of(file).toAbsolutePath());
        return null;
    }
}

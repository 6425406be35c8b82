package dev.tandem.server.platform.backup;

/** A backup or a restore cannot be done; the message says why, and how to mend it. Nothing was changed. */
public final class BackupException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BackupException(String message) {
        super(message);
    }
}

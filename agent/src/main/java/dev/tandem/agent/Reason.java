package dev.tandem.agent;

/** What a fault says to people. */
final class Reason {

    private Reason() {}

    static String of(Exception e) {
        String message = e.getMessage();
        return message == null ? e.toString() : message;
    }
}

package dev.tandem.runner;

/** The words for when artifacts and caches are kept. */
final class Conditions {
    private Conditions() {}

    static boolean holds(String when, boolean succeeded) {
        return switch (when) {
            case "always" -> true;
            case "on_failure" -> !succeeded;
            default -> succeeded;
        };
    }
}

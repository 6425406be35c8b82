package dev.tandem.server.code.web;

/** From what is wrong with a field to the key of its message. */
final class Problems {
    private Problems() {}

    static String key(String problem) {
        return "code.problem."
                + switch (problem) {
                    case "can't be blank" -> "blank";
                    case "has already been taken" -> "taken";
                    case "is a reserved word" -> "reserved";
                    case "can contain only letters, digits, '_', '-' and '.'" -> "characters";
                    case "must start with a letter, digit or '_'" -> "beginning";
                    case "must not end in '.', '-', '.git' or '.atom'" -> "ending";
                    case "must not contain '..'" -> "dots";
                    case "is not a name that a branch can have" -> "branch";
                    case "is not an address that can be imported" -> "import-url";
                    case "must not contain control characters" -> "control";
                    default -> problem.startsWith("is too long") ? "too-long" : "other";
                };
    }
}

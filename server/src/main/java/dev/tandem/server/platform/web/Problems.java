package dev.tandem.server.platform.web;

/** From what is wrong with a field to the key of its message. */
public final class Problems {
    private Problems() {}

    public static String key(String problem) {
        return "platform.problem."
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
                    case "must not be public in a private group" -> "private-above";
                    case "must stay public while something below is" -> "public-below";
                    case "must not lie in the group itself" -> "in-itself";
                    case "is not a namespace where you may make projects" -> "namespace";
                    default ->
                        problem.startsWith("is too long")
                                ? "too-long"
                                : problem.startsWith("lies too deep") ? "too-deep" : "other";
                };
    }
}

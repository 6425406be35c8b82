package dev.tandem.server.code.lfs;

import dev.tandem.server.identity.UserId;
import java.util.Optional;

/** Who came by SSH, and may come again over HTTP. */
public sealed interface Bearer {
    /** Somebody, by a key of their own. */
    record Human(UserId id) implements Bearer {}

    /** A machine, by a deploy key. */
    record Machine(long deployKey) implements Bearer {}

    /** As a token carries it. */
    default String word() {
        return switch (this) {
            case Human(UserId id) -> "u" + id.value();
            case Machine(long key) -> "k" + key;
        };
    }

    static Optional<Bearer> of(String word) {
        try {
            long id = Long.parseLong(word.substring(1));
            return switch (word.charAt(0)) {
                case 'u' -> Optional.of(new Human(new UserId(id)));
                case 'k' -> Optional.of(new Machine(id));
                default -> Optional.empty();
            };
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }
}

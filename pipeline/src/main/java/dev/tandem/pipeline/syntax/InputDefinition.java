package dev.tandem.pipeline.syntax;

import dev.tandem.pipeline.syntax.Node.Kind;
import dev.tandem.pipeline.syntax.Node.Mapping;
import dev.tandem.pipeline.syntax.Node.Reference;
import dev.tandem.pipeline.syntax.Node.Scalar;
import dev.tandem.pipeline.syntax.Node.Sequence;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One entry of {@code spec:inputs}.
 *
 * @param fallback null: a value must be given
 * @param options empty: any value
 * @param pattern what a text must match
 * @param rules choose options and default by other inputs; the last may be without condition
 */
record InputDefinition(
        String name,
        Mark mark,
        Type type,
        String description,
        @Nullable Node fallback,
        List<Node> options,
        @Nullable Predicate<String> pattern,
        List<Rule> rules) {

    /** Which values an input takes. */
    enum Type {
        STRING,
        NUMBER,
        BOOLEAN,
        ARRAY;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Optional<Type> of(String word) {
            for (Type type : values()) {
                if (type.word().equals(word)) {
                    return Optional.of(type);
                }
            }
            return Optional.empty();
        }

        boolean fits(Node value) {
            return switch (this) {
                case STRING -> value instanceof Scalar text && text.kind() == Kind.TEXT;
                case NUMBER ->
                    value instanceof Scalar number && (number.kind() == Kind.INTEGER || number.kind() == Kind.FLOAT);
                case BOOLEAN -> value instanceof Scalar truth && truth.kind() == Kind.BOOLEAN;
                case ARRAY -> value instanceof Sequence list && !holdsReference(list);
            };
        }

        private static boolean holdsReference(Node node) {
            return switch (node) {
                case Reference reference -> true;
                case Scalar scalar -> false;
                case Sequence list -> list.items().stream().anyMatch(Type::holdsReference);
                case Mapping mapping ->
                    mapping.entries().values().stream().anyMatch(entry -> holdsReference(entry.value()));
            };
        }
    }

    /** An item of {@code rules}; {@code condition} null: it always holds. */
    record Rule(
            @Nullable String condition,
            Mark mark,
            List<Node> options,
            @Nullable Node fallback) {}
}

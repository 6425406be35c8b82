package dev.tandem.pipeline.syntax;

import java.util.List;

/**
 * An input that the header of a root file declares, for people who start a pipeline by hand.
 *
 * @param type {@code string}, {@code number}, {@code boolean} or {@code array}
 * @param required whether it has no default
 * @param fallback its default as text; empty for none and for lists
 * @param options empty: any value of the type, or those that rules choose
 */
public record DeclaredInput(
        String name, String type, String description, boolean required, String fallback, List<String> options) {
    public DeclaredInput {
        options = List.copyOf(options);
    }

    static DeclaredInput of(InputDefinition definition) {
        return new DeclaredInput(
                definition.name(),
                definition.type().word(),
                definition.description(),
                definition.fallback() == null && definition.rules().isEmpty(),
                text(definition.fallback()),
                definition.options().stream().map(DeclaredInput::text).toList());
    }

    private static String text(@org.jspecify.annotations.Nullable Node node) {
        return node instanceof Node.Scalar scalar && !scalar.isNull() ? scalar.value() : "";
    }
}

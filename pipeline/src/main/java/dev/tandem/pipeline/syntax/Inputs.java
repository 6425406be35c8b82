package dev.tandem.pipeline.syntax;

import static dev.tandem.pipeline.syntax.DiagnosticCode.*;

import dev.tandem.pipeline.syntax.Included.Wanted;
import dev.tandem.pipeline.syntax.InputDefinition.Rule;
import dev.tandem.pipeline.syntax.InputDefinition.Type;
import dev.tandem.pipeline.syntax.Node.Kind;
import dev.tandem.pipeline.syntax.Node.Mapping;
import dev.tandem.pipeline.syntax.Node.Scalar;
import dev.tandem.pipeline.syntax.Node.Sequence;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gives the inputs of a file their values and puts them into its body. */
final class Inputs {
    /** Finds what {@code spec:include} declares. */
    interface Declarations {
        List<Mapping> of(Node include, Origin origin);
    }

    private final IncludeContext context;
    private final Budget budget;
    private final Diagnostics diagnostics;
    private List<DeclaredInput> declared = List.of();

    Inputs(IncludeContext context, Budget budget, Diagnostics diagnostics) {
        this.context = context;
        this.budget = budget;
        this.diagnostics = diagnostics;
    }

    /** The body of the root file, with inputs as a person typed them; null when they do not fit, which is reported. */
    @Nullable
    Mapping ofRoot(ParsedFile file, Declarations declarations, Origin origin, Mark start, Map<String, String> typed) {
        Map<String, InputDefinition> definitions = definitions(file.spec(), declarations, origin);
        declared = definitions.values().stream().map(DeclaredInput::of).toList();
        Map<String, Node> given = new LinkedHashMap<>();
        typed.forEach((name, text) -> {
            InputDefinition definition = definitions.get(name);
            given.put(name, InputText.read(text, definition == null ? Type.STRING : definition.type(), start));
        });
        if (typed.size() > Limits.INPUTS) {
            String message = "a pipeline takes at most " + Limits.INPUTS + " inputs, not " + typed.size();
            diagnostics.add(INVALID_VALUE, start, "inputs", message, "give fewer, or join some in an array");
        }
        return body(file, definitions, given, start, null, context);
    }

    /** What the header of the root file declares; none before {@link #ofRoot}. */
    List<DeclaredInput> declared() {
        return declared;
    }

    /** The body of an included file. */
    @Nullable
    Mapping ofInclude(ParsedFile file, Declarations declarations, Wanted wanted) {
        Origin origin = wanted.file().origin();
        Map<String, InputDefinition> definitions = definitions(file.spec(), declarations, origin);
        Map<String, Node> given = new LinkedHashMap<>();
        if (wanted.inputs() != null) {
            wanted.inputs().entries().forEach((name, entry) -> given.put(name, entry.value()));
        }
        IncludeContext known = origin.open() ? context.withoutVariables() : context;
        return body(file, definitions, given, wanted.mark(), wanted.file().component(), known);
    }

    private @Nullable Mapping body(
            ParsedFile file,
            Map<String, InputDefinition> definitions,
            Map<String, Node> given,
            Mark mark,
            IncludeSources.@Nullable Component component,
            IncludeContext known) {
        Map<String, Node> values = values(definitions, given, mark);
        if (values == null) {
            diagnostics.markIncomplete();
            return null;
        }
        if (file.spec() == null) {
            return file.body();
        }
        Map<String, Map<String, Node>> contexts = new HashMap<>(Map.of("inputs", values));
        Node fields = file.spec().get("component");
        if (fields != null) {
            contexts.put("component", componentFields(fields, component));
        }
        return new Interpolation(contexts, known, budget, diagnostics).apply(file.body());
    }

    private Map<String, Node> componentFields(Node wanted, IncludeSources.@Nullable Component component) {
        Map<String, Node> fields = new LinkedHashMap<>();
        if (component == null) {
            String message = "spec:component means something only in a component";
            diagnostics.add(SPEC_INVALID, wanted.mark(), "spec:component", message, "include the file as component");
            return fields;
        }
        for (Node item : wanted instanceof Sequence list ? list.items() : List.of(wanted)) {
            String name = item instanceof Scalar scalar ? scalar.value() : "";
            Mark mark = item.mark();
            switch (name) {
                case "name" -> fields.put(name, text(mark, component.name()));
                case "sha" -> fields.put(name, text(mark, component.sha()));
                case "reference" -> fields.put(name, text(mark, component.reference()));
                case "version" ->
                    fields.put(
                            name,
                            component.version() == null
                                    ? new Scalar(mark, Kind.NULL, "")
                                    : text(mark, component.version()));
                default ->
                    diagnostics.add(
                            SPEC_INVALID,
                            mark,
                            "spec:component",
                            "a component has no '" + name + "'",
                            "known are name, sha, version, reference");
            }
        }
        return fields;
    }

    private static Scalar text(Mark mark, String value) {
        return new Scalar(mark, Kind.TEXT, value);
    }

    private Map<String, InputDefinition> definitions(@Nullable Mapping spec, Declarations declarations, Origin origin) {
        Map<String, InputDefinition> definitions = new LinkedHashMap<>();
        if (spec == null) {
            return definitions;
        }
        InputReader reader = new InputReader(context, diagnostics);
        reader.checkHeader(spec);
        Node include = spec.get("include");
        if (include != null) {
            declarations.of(include, origin).forEach(each -> reader.read(each, definitions));
        }
        Node inputs = spec.get("inputs");
        if (inputs instanceof Mapping mapping) {
            reader.read(mapping, definitions);
        } else if (inputs != null) {
            diagnostics.add(SPEC_INVALID, inputs.mark(), "spec:inputs", "spec:inputs must be a mapping", "");
        }
        return definitions;
    }

    /** The value of each input, or null after reporting what is wrong with those that were given. */
    private @Nullable Map<String, Node> values(
            Map<String, InputDefinition> definitions, Map<String, Node> given, Mark mark) {
        boolean valid = true;
        for (Map.Entry<String, Node> each : given.entrySet()) {
            if (!definitions.containsKey(each.getKey())) {
                String message = "the file has no input '" + each.getKey() + "'";
                String hint = Suggestion.of(each.getKey(), definitions.keySet(), "declare it under spec:inputs");
                report(INPUT_UNKNOWN, each.getValue().mark(), each.getKey(), message, hint);
                valid = false;
            }
        }
        Map<String, Node> values = new LinkedHashMap<>();
        Map<String, String> texts = new LinkedHashMap<>();
        for (InputDefinition definition : definitions.values()) {
            Node value = given.get(definition.name());
            if (value != null && value instanceof Scalar scalar && !scalar.isNull()) {
                texts.put(definition.name(), scalar.value());
            } else if (value == null && definition.fallback() instanceof Scalar fallback) {
                texts.put(definition.name(), fallback.value());
            }
        }
        for (InputDefinition definition : definitions.values()) {
            Node value = value(ruled(definition, texts), given.get(definition.name()), mark);
            if (value == null) {
                valid = false;
            } else {
                values.put(definition.name(), value);
            }
        }
        return valid ? values : null;
    }

    /** The definition with the options and default of its first rule that holds. */
    private InputDefinition ruled(InputDefinition definition, Map<String, String> texts) {
        for (Rule rule : definition.rules()) {
            if (rule.condition() == null || Boolean.TRUE.equals(context.holds(rule.condition(), texts))) {
                return new InputDefinition(
                        definition.name(),
                        definition.mark(),
                        definition.type(),
                        definition.description(),
                        rule.fallback(),
                        rule.options(),
                        definition.pattern(),
                        List.of());
            }
        }
        return definition;
    }

    private @Nullable Node value(InputDefinition definition, @Nullable Node given, Mark mark) {
        if (given == null && definition.fallback() != null) {
            // Its own faults are reported where it is declared.
            return definition.fallback();
        }
        String name = "the input '" + definition.name() + "'";
        if (given == null) {
            String hint = "give it with inputs: {" + definition.name() + ": ...}, or declare a default";
            report(INPUT_MISSING, mark, definition.name(), name + " has no value and no default", hint);
            return null;
        }
        if (given instanceof Scalar nothing && nothing.isNull()) {
            return given;
        }
        Node value = given;
        Mark place = value.mark();
        if (!definition.type().fits(value)) {
            String hint = definition.type() == Type.STRING ? "put it in quotes" : "write it without quotes";
            String message = name + " must be of type " + definition.type().word();
            report(INPUT_TYPE, place, definition.name(), message, hint);
            return null;
        }
        if (value instanceof Scalar text && text.value().length() > Limits.INPUT_CHARACTERS) {
            String message = name + " is longer than " + Limits.INPUT_CHARACTERS + " characters";
            report(INPUT_TYPE, place, definition.name(), message, "shorten it, or read it from a file");
            return null;
        }
        boolean allowed = definition.options().isEmpty()
                || definition.options().stream().anyMatch(option -> InputReader.same(option, value));
        if (!allowed) {
            String options = String.join(
                    ", ", definition.options().stream().map(InputReader::shown).toList());
            String message = name + " cannot be " + InputReader.shown(value);
            report(INPUT_OPTION, place, definition.name(), message, "allowed: " + options);
            return null;
        }
        if (definition.pattern() != null
                && value instanceof Scalar text
                && !definition.pattern().test(text.value())) {
            String message = name + " does not match its regex: " + InputReader.shown(value);
            report(INPUT_REGEX, place, definition.name(), message, "the regex sees the text before any variable");
            return null;
        }
        return value;
    }

    private void report(DiagnosticCode code, Mark mark, String input, String message, String hint) {
        diagnostics.add(code, mark, "inputs:" + input, message, hint);
    }
}

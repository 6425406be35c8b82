package dev.tandem.pipeline.syntax;

import static dev.tandem.pipeline.syntax.DiagnosticCode.*;

import dev.tandem.pipeline.syntax.Node.Mapping;
import dev.tandem.pipeline.syntax.Node.Scalar;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Bytes as a parsed file: size, encoding, YAML, header document. */
final class SourceText {
    private final Budget budget;
    private final Diagnostics diagnostics;

    SourceText(Budget budget, Diagnostics diagnostics) {
        this.budget = budget;
        this.diagnostics = diagnostics;
    }

    /** The file, or null after reporting why it is none. */
    @Nullable
    ParsedFile read(String name, byte[] content) {
        Mark start = new Mark(name, 1, 1);
        if (content.length > Limits.FILE_BYTES) {
            return refuse(FILE_TOO_LARGE, start, "the file is larger than 2 MB", "split it up with include");
        }
        budget.read(content.length);
        String text = decode(content);
        if (text == null) {
            return refuse(ENCODING, start, "the file is not valid UTF-8", "save it as UTF-8");
        }
        List<Node> documents = YamlReader.read(name, text, budget, diagnostics);
        return documents == null ? null : split(documents, start);
    }

    private @Nullable ParsedFile split(List<Node> documents, Mark start) {
        if (documents.isEmpty() || (documents.size() == 1 && isNull(documents.getFirst()))) {
            return refuse(FILE_EMPTY, start, "the file has no content", "declare at least one job");
        }
        Mapping header =
                documents.getFirst() instanceof Mapping first && first.entries().containsKey("spec") ? first : null;
        int body = header == null || documents.size() == 1 ? 0 : 1;
        if (documents.size() > body + 1) {
            Mark mark = documents.get(body + 1).mark();
            return refuse(YAML_SYNTAX, mark, "a second document begins here", "remove the line '---' before it");
        }
        Mapping spec = null;
        if (header != null) {
            spec = spec(header, body == 1);
        }
        Node content = documents.get(body);
        if (isNull(content)) {
            return new ParsedFile(spec, Mapping.empty(content.mark()));
        }
        if (!(content instanceof Mapping mapping)) {
            String hint = "write 'name:' first";
            return refuse(ROOT_NOT_MAPPING, content.mark(), "the file must be a mapping of keywords and jobs", hint);
        }
        return new ParsedFile(spec, mapping.without("spec"));
    }

    /** A header stands alone in its document; when there is no second one, jobs beside it make the separator missing. */
    private Mapping spec(Mapping header, boolean separated) {
        for (var each : header.entries().entrySet()) {
            if (!each.getKey().equals("spec")) {
                String message = separated
                        ? "the header knows only spec, not '" + each.getKey() + "'"
                        : "spec must be in a document of its own";
                String hint = separated ? "move it below the line '---'" : "put a line '---' after spec";
                diagnostics.add(SPEC_INVALID, each.getValue().keyMark(), each.getKey(), message, hint);
                break;
            }
        }
        Node spec = header.get("spec");
        if (spec instanceof Mapping mapping) {
            return mapping;
        }
        if (spec != null) {
            diagnostics.add(SPEC_INVALID, spec.mark(), "spec", "spec must be a mapping", "write inputs: below it");
        }
        return Mapping.empty(header.mark());
    }

    private static boolean isNull(Node node) {
        return node instanceof Scalar scalar && scalar.isNull();
    }

    private @Nullable ParsedFile refuse(DiagnosticCode code, Mark mark, String message, String hint) {
        diagnostics.add(code, mark, "", message, hint);
        return null;
    }

    private static @Nullable String decode(byte[] content) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException malformed) {
            return null;
        }
    }
}

package dev.tandem.pipeline.syntax;

import static dev.tandem.pipeline.syntax.DiagnosticCode.*;

import dev.tandem.pipeline.syntax.Node.Mapping;
import dev.tandem.pipeline.syntax.Node.Scalar;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One file as a mapping: size, encoding, YAML, header document. */
final class SourceText {
    private final SourceFiles files;
    private final Diagnostics diagnostics;
    private String lastPath = "";
    private byte @Nullable [] lastContent;

    SourceText(SourceFiles files, Diagnostics diagnostics) {
        this.files = files;
        this.diagnostics = diagnostics;
    }

    boolean exists(String path) {
        lastPath = path;
        lastContent = files.read(path, Limits.FILE_BYTES);
        return lastContent != null;
    }

    /** The body of the file, or null after reporting why there is none. */
    @Nullable
    Mapping read(String path) {
        byte[] content = path.equals(lastPath) ? lastContent : files.read(path, Limits.FILE_BYTES);
        lastContent = null;
        Mark start = new Mark(path, 1, 1);
        if (content == null) {
            return refuse(FILE_NOT_FOUND, start, "there is no file " + path, "");
        }
        if (content.length > Limits.FILE_BYTES) {
            return refuse(FILE_TOO_LARGE, start, "the file is larger than 2 MB", "split it up with include");
        }
        String text = decode(content);
        if (text == null) {
            return refuse(ENCODING, start, "the file is not valid UTF-8", "save it as UTF-8");
        }
        List<Node> documents = YamlReader.read(path, text, diagnostics);
        return documents == null ? null : body(documents, start);
    }

    private @Nullable Mapping body(List<Node> documents, Mark start) {
        if (documents.isEmpty() || (documents.size() == 1 && isNull(documents.getFirst()))) {
            return refuse(FILE_EMPTY, start, "the file has no content", "declare at least one job");
        }
        boolean header =
                documents.getFirst() instanceof Mapping first && first.entries().containsKey("spec");
        if (header) {
            String message = "the spec header is not evaluated yet; without its inputs this would be another pipeline";
            Mark mark = documents.getFirst().mark();
            diagnostics.add(SPEC_NOT_EVALUATED, mark, "spec", message, "write the values instead of the inputs");
        }
        if (documents.size() > (header ? 2 : 1)) {
            Mark mark = documents.get(header ? 2 : 1).mark();
            return refuse(YAML_SYNTAX, mark, "a second document begins here", "remove the line '---' before it");
        }
        Node body = documents.getLast();
        if (!(body instanceof Mapping mapping)) {
            return refuse(
                    ROOT_NOT_MAPPING,
                    body.mark(),
                    "the file must be a mapping of keywords and jobs",
                    "write 'name:' first");
        }
        return mapping.without("spec");
    }

    private static boolean isNull(Node node) {
        return node instanceof Scalar scalar && scalar.isNull();
    }

    private @Nullable Mapping refuse(DiagnosticCode code, Mark mark, String message, String hint) {
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

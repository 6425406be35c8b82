package dev.tandem.pipeline.syntax;

import dev.tandem.pipeline.syntax.InputDefinition.Type;
import dev.tandem.pipeline.syntax.Node.Kind;
import dev.tandem.pipeline.syntax.Node.Scalar;
import java.util.List;

/** A value of an input as a person types it on a command line: arrays are written as JSON. */
final class InputText {
    private static final int LONGEST = 64 * 1024;

    private InputText() {}

    /** The value; a text that is none of the type stays a text, and is then refused for its type. */
    static Node read(String text, Type type, Mark mark) {
        return switch (type) {
            case STRING -> new Scalar(mark, Kind.TEXT, text);
            case NUMBER, BOOLEAN -> {
                PlainScalar plain = PlainScalar.of(text);
                yield new Scalar(mark, plain.kind(), plain.value());
            }
            case ARRAY -> array(text, mark);
        };
    }

    private static Node array(String text, Mark mark) {
        Node given = new Scalar(mark, Kind.TEXT, text);
        if (text.length() > LONGEST) {
            return given;
        }
        Diagnostics unread = new Diagnostics(mark.file());
        List<Node> documents = YamlReader.read(mark.file(), text, new Budget(), unread);
        return documents != null && documents.size() == 1 ? documents.getFirst() : given;
    }
}

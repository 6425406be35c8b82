package dev.tandem.pipeline.syntax;

import dev.tandem.pipeline.syntax.Node.Entry;
import dev.tandem.pipeline.syntax.Node.Kind;
import dev.tandem.pipeline.syntax.Node.Mapping;
import dev.tandem.pipeline.syntax.Node.Reference;
import dev.tandem.pipeline.syntax.Node.Scalar;
import dev.tandem.pipeline.syntax.Node.Sequence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Builds trees from the events of the YAML parser. Own construction instead of the library's, because GitLab reads YAML 1.1, merges
 * {@code <<} where it stands, knows {@code !reference}, and because sharing must stay sharing.
 */
final class YamlReader {
    private static final String CORE = "tag:yaml.org,2002:";
    private static final LoadSettings SETTINGS = LoadSettings.builder()
            .setUseMarks(true)
            .setParseComments(false)
            .setCodePointLimit(Limits.FILE_BYTES)
            .build();

    private final String file;
    private final Budget budget;
    private final Diagnostics diagnostics;
    private final Map<Anchor, Node> anchors = new HashMap<>();
    private long mergedKeys;
    private int nodes;
    private Iterator<Event> events = List.<Event>of().iterator();

    private YamlReader(String file, Budget budget, Diagnostics diagnostics) {
        this.file = file;
        this.budget = budget;
        this.diagnostics = diagnostics;
    }

    /** The documents of a text, or null when it is not acceptable YAML, which is then reported. */
    static @Nullable List<Node> read(String file, String text, Budget budget, Diagnostics diagnostics) {
        YamlReader reader = new YamlReader(file, budget, diagnostics);
        try {
            return reader.documents(text);
        } catch (Refused refused) {
            diagnostics.add(refused.code, refused.mark, "", refused.message, refused.hint);
        } catch (MarkedYamlEngineException fault) {
            Mark mark = fault.getProblemMark().map(reader::mark).orElse(new Mark(file, 1, 1));
            String problem = fault.getProblem().isEmpty() ? fault.getContext() : fault.getProblem();
            diagnostics.add(DiagnosticCode.YAML_SYNTAX, mark, "", "this is not YAML: " + problem, hint(problem));
        } catch (YamlEngineException fault) {
            String problem = String.valueOf(fault.getMessage());
            String first = problem.lines().findFirst().orElse("unreadable");
            diagnostics.add(DiagnosticCode.YAML_SYNTAX, new Mark(file, 1, 1), "", "this is not YAML: " + first, "");
        }
        return null;
    }

    private static String hint(String problem) {
        if (problem.contains("\\t")) {
            return "indent with spaces, YAML allows no tabs";
        }
        if (problem.contains("mapping values are not allowed")) {
            return "check the indentation, or quote a value that contains ': '";
        }
        return "check the indentation and quotes of this line and the one before";
    }

    private List<Node> documents(String text) {
        events = new Parse(SETTINGS).parseString(text).iterator();
        List<Node> documents = new ArrayList<>();
        while (events.hasNext()) {
            if (events.next().getEventId() == Event.ID.DocumentStart) {
                anchors.clear();
                documents.add(node(events.next(), 1));
            }
        }
        return documents;
    }

    private Node node(Event event, int depth) {
        Mark mark = event.getStartMark().map(this::mark).orElseGet(() -> new Mark(file, 1, 1));
        if (depth > Limits.DEPTH) {
            throw tooDeep(mark);
        }
        nodes++;
        budget.keep(1);
        if (nodes > Limits.NODES) {
            String message = "the file has more than " + Limits.NODES + " values";
            throw new Refused(DiagnosticCode.TOO_LARGE, mark, message, "split the pipeline");
        }
        if (event instanceof AliasEvent alias) {
            return aliased(alias.getAlias(), mark);
        }
        Node node = switch (event) {
            case ScalarEvent scalar -> scalar(scalar, mark);
            case SequenceStartEvent sequence -> sequence(sequence, mark, depth);
            case MappingStartEvent mapping -> mapping(mapping, mark, depth);
            default -> throw new Refused(DiagnosticCode.YAML_SYNTAX, mark, "a value is missing here", "");
        };
        if (node.depth() > Limits.DEPTH) {
            throw tooDeep(mark);
        }
        if (node.weight() > Limits.WEIGHT) {
            throw new Refused(
                    DiagnosticCode.TOO_LARGE,
                    mark,
                    "the aliases of this value expand to too much",
                    "use fewer aliases");
        }
        ((NodeEvent) event).getAnchor().ifPresent(anchor -> anchors.put(anchor, node));
        return node;
    }

    private Node aliased(Anchor anchor, Mark mark) {
        Node target = anchors.get(anchor);
        if (target == null) {
            String message = "the alias *" + anchor + " has no anchor before it in this file";
            throw new Refused(
                    DiagnosticCode.YAML_ALIAS, mark, message, "anchors do not cross files: use extends or !reference");
        }
        return target;
    }

    private Node scalar(ScalarEvent event, Mark mark) {
        String tag = event.getTag().orElse("");
        if (!event.isPlain() || tag.equals("!") || tag.equals(CORE + "str")) {
            checkTag(tag.equals("!") ? Optional.empty() : event.getTag(), mark);
            return new Scalar(mark, Kind.TEXT, event.getValue());
        }
        checkTag(event.getTag(), mark);
        if (PlainScalar.isDate(event.getValue())) {
            String message = "'" + event.getValue() + "' is a date, and dates are not allowed here";
            diagnostics.add(DiagnosticCode.YAML_DATE, mark, "", message, "put it in quotes");
        }
        PlainScalar plain = PlainScalar.of(event.getValue());
        return new Scalar(mark, plain.kind(), plain.value());
    }

    private Node sequence(SequenceStartEvent event, Mark mark, int depth) {
        boolean reference = event.getTag().orElse("").equals("!reference");
        if (!reference) {
            checkTag(event.getTag(), mark);
        }
        List<Node> items = new ArrayList<>();
        for (Event next = events.next(); next.getEventId() != Event.ID.SequenceEnd; next = events.next()) {
            items.add(node(next, depth + 1));
        }
        return reference ? reference(mark, items) : Sequence.of(mark, items);
    }

    private Node reference(Mark mark, List<Node> items) {
        List<String> path = new ArrayList<>();
        for (Node item : items) {
            if (!(item instanceof Scalar scalar) || scalar.isNull()) {
                throw badReference(mark);
            }
            path.add(scalar.value());
        }
        if (path.isEmpty()) {
            throw badReference(mark);
        }
        return new Reference(mark, path);
    }

    private static Refused badReference(Mark mark) {
        return new Refused(
                DiagnosticCode.REFERENCE_SHAPE,
                mark,
                "!reference wants a list of names",
                "write !reference [job, keyword]");
    }

    private Node mapping(MappingStartEvent event, Mark mark, int depth) {
        checkTag(event.getTag(), mark);
        LinkedHashMap<String, Entry> entries = new LinkedHashMap<>();
        Set<String> written = new HashSet<>();
        for (Event next = events.next(); next.getEventId() != Event.ID.MappingEnd; next = events.next()) {
            Node key = node(next, depth + 1);
            if (!(key instanceof Scalar name)) {
                throw new Refused(
                        DiagnosticCode.YAML_SYNTAX,
                        key.mark(),
                        "a key must be a single value",
                        "use a name as the key");
            }
            Node value = node(events.next(), depth + 1);
            if (name.value().equals("<<") && next instanceof ScalarEvent plain && plain.isPlain()) {
                countMerged(merge(entries, name, value), name.mark());
                continue;
            }
            if (!written.add(name.value())) {
                String message = "the key '" + name.value() + "' is given twice; the last one counts";
                diagnostics.add(DiagnosticCode.DUPLICATE_KEY, name.mark(), name.value(), message, "remove one of them");
            }
            if (depth == 1 && name.kind() == Kind.BOOLEAN && next instanceof ScalarEvent plain) {
                String message = "'" + plain.getValue() + "' without quotes is a boolean, not a name";
                diagnostics.add(DiagnosticCode.WRONG_TYPE, name.mark(), name.value(), message, "put it in quotes");
            }
            entries.put(name.value(), new Entry(name.mark(), value));
        }
        return Mapping.of(mark, entries);
    }

    private int merge(LinkedHashMap<String, Entry> entries, Scalar key, Node value) {
        if (value instanceof Mapping mapping) {
            entries.putAll(mapping.entries());
            return mapping.entries().size();
        }
        if (value instanceof Sequence list && list.items().stream().allMatch(Mapping.class::isInstance)) {
            int merged = 0;
            for (Node item : list.items().reversed()) {
                merged += merge(entries, key, item);
            }
            return merged;
        }
        throw new Refused(
                DiagnosticCode.WRONG_TYPE, key.mark(), "<< wants a mapping or a list of mappings", "give it an alias");
    }

    /** Merge keys copy: unlike aliases they cost time and memory for each key. */
    private void countMerged(int keys, Mark mark) {
        mergedKeys += keys;
        if (mergedKeys > Limits.MERGED_KEYS) {
            throw new Refused(
                    DiagnosticCode.TOO_LARGE, mark, "the merge keys of this file copy too much", "merge less");
        }
    }

    private static void checkTag(Optional<String> tag, Mark mark) {
        if (tag.isPresent() && !tag.get().startsWith(CORE)) {
            throw new Refused(
                    DiagnosticCode.YAML_TAG, mark, "the tag '" + tag.get() + "' is not known", "only !reference is");
        }
    }

    private static Refused tooDeep(Mark mark) {
        return new Refused(
                DiagnosticCode.TOO_DEEP, mark, "nested deeper than " + Limits.DEPTH + " levels", "flatten this value");
    }

    private Mark mark(org.snakeyaml.engine.v2.exceptions.Mark place) {
        return new Mark(file, place.getLine() + 1, place.getColumn() + 1);
    }

    /** Ends the reading of one file. */
    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;
        final DiagnosticCode code;
        final transient Mark mark;
        final String message;
        final String hint;

        Refused(DiagnosticCode code, Mark mark, String message, String hint) {
            super(message, null, false, false);
            this.code = code;
            this.mark = mark;
            this.message = message;
            this.hint = hint;
        }
    }
}

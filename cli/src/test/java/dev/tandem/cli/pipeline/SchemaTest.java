package dev.tandem.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.tandem.pipeline.CompileOptions;
import dev.tandem.pipeline.PipelineCompiler;
import dev.tandem.pipeline.plan.Capability;
import dev.tandem.pipeline.plan.LanguageSchema;
import dev.tandem.pipeline.syntax.Diagnostic;
import dev.tandem.pipeline.syntax.IncludeSources;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The schema for editors accepts what the compiler accepts, and knows every keyword. */
class SchemaTest {
    private static final Path ROOT = Path.of(System.getProperty("tandem.root", ".."));
    private static final Pattern MENDED = Pattern.compile("```yaml mended\n(.*?)```", Pattern.DOTALL);
    private final Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
            .getSchema(JsonMapper.shared().writeValueAsString(LanguageSchema.schema()));

    @Test
    void acceptsEveryRealConfigurationThatCompiles() throws IOException {
        Path corpus = ROOT.resolve("../shared/corpus").normalize();
        assumeTrue(Files.isDirectory(corpus), "the corpus is not on this machine: " + corpus);
        List<String> refused = new ArrayList<>();
        int accepted = 0;
        for (Path folder : folders(corpus)) {
            if (compiles(folder)) {
                String text = Files.readString(folder.resolve(".gitlab-ci.yml"));
                var errors = schema.validate(json(text));
                accepted += errors.isEmpty() ? 1 : 0;
                errors.stream().limit(3).forEach(error -> refused.add(folder.getFileName() + ": " + error));
            }
        }
        assertThat(refused).isEmpty();
        assertThat(accepted).isGreaterThan(40);
    }

    @Test
    void acceptsTheMendedExamplesOfTheDiagnosticsPages() throws IOException {
        try (Stream<Path> pages = Files.list(ROOT.resolve("docs/pipeline/codes"))) {
            for (Path page : pages.toList()) {
                Matcher matcher = MENDED.matcher(Files.readString(page));
                if (matcher.find()) {
                    assertThat(schema.validate(json(matcher.group(1))))
                            .as(page.toString())
                            .isEmpty();
                }
            }
        }
    }

    @Test
    void refusesWhatIsMisspelled() {
        assertThat(schema.validate(json("job: {script: [make], stag: build}"))).isNotEmpty();
        assertThat(schema.validate(json("job: {script: [make], when: sometimes}")))
                .isNotEmpty();
        assertThat(schema.validate(json("job: {script: [make], artifacts: {path: [x]}}")))
                .isNotEmpty();
        assertThat(schema.validate(json("default: {script: [make]}\njob: {script: [make]}")))
                .isNotEmpty();
        assertThat(schema.validate(json("workflow: {rules: [{when: manual}]}"))).isNotEmpty();
    }

    @Test
    void isPrintedWithEveryKeyword() {
        StringWriter out = new StringWriter();
        int code = new CommandLine(new SchemaCommand())
                .setOut(new PrintWriter(out, true))
                .execute();
        assertThat(code).isZero();
        JsonNode job = JsonMapper.shared().readTree(out.toString()).at("/definitions/job/properties");
        assertThat(List.copyOf(job.propertyNames()))
                .contains(
                        "after_script",
                        "allow_failure",
                        "artifacts",
                        "before_script",
                        "cache",
                        "coverage",
                        "dast_configuration",
                        "dependencies",
                        "environment",
                        "except",
                        "extends",
                        "hooks",
                        "id_tokens",
                        "identity",
                        "image",
                        "inherit",
                        "inputs",
                        "interruptible",
                        "manual_confirmation",
                        "needs",
                        "only",
                        "pages",
                        "parallel",
                        "publish",
                        "release",
                        "resource_group",
                        "retry",
                        "rules",
                        "run",
                        "script",
                        "secrets",
                        "services",
                        "stage",
                        "start_in",
                        "tags",
                        "timeout",
                        "trigger",
                        "variables",
                        "when");
    }

    private static boolean compiles(Path folder) throws IOException {
        CompileOptions tolerant = new CompileOptions(
                IncludeSources.none(), true, Set.of(Capability.DOWNSTREAM_PIPELINES, Capability.STEPS), Map.of());
        Checkout checkout = Checkout.of(folder).orElseThrow();
        var push = Situation.of(checkout, "push", null, null, "main", Map.of(), null);
        return PipelineCompiler.check(new FolderFiles(folder), checkout.config(), push, tolerant).stream()
                .noneMatch(Diagnostic::isError);
    }

    private static List<Path> folders(Path corpus) throws IOException {
        try (Stream<Path> all = Files.list(corpus)) {
            return all.filter(Files::isDirectory).sorted().toList();
        }
    }

    /** The last document as an editor sees it: anchors followed, merge keys merged, references as lists. */
    private static JsonNode json(String text) {
        LoadSettings settings = LoadSettings.builder()
                .setAllowDuplicateKeys(true)
                .setMaxAliasesForCollections(10_000)
                .setTagConstructors(Map.of(
                        new Tag("!reference"),
                        node -> ((SequenceNode) node)
                                .getValue().stream()
                                        .map(item -> ((ScalarNode) item).getValue())
                                        .toList()))
                .build();
        Object last = Map.of();
        for (Object document : new Load(settings).loadAllFromString(text)) {
            last = document;
        }
        return JsonMapper.shared().valueToTree(merged(last));
    }

    private static Object merged(Object value) {
        if (value instanceof List<?> list) {
            return list.stream().map(item -> item == null ? null : merged(item)).toList();
        }
        if (!(value instanceof Map<?, ?> map)) {
            return value;
        }
        Map<String, Object> result = new LinkedHashMap<>();
        Object shared = map.get("<<");
        List<?> sources =
                shared instanceof List<?> list ? list.reversed() : shared == null ? List.of() : List.of(shared);
        for (Object source : sources) {
            ((Map<?, ?>) merged(source)).forEach((key, each) -> result.put(String.valueOf(key), each));
        }
        map.forEach((key, each) -> {
            if (!"<<".equals(key)) {
                result.put(String.valueOf(key), each == null ? null : merged(each));
            }
        });
        return result;
    }
}

package dev.tandem.cli.pipeline;

import dev.tandem.pipeline.PipelineCompiler;
import dev.tandem.pipeline.rule.PipelineContext;
import dev.tandem.pipeline.syntax.Diagnostic;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** Says everything that is wrong with a configuration, whichever pipeline it is for. */
@Command(
        name = "lint",
        description = "Checks a pipeline configuration, without a server.",
        mixinStandardHelpOptions = true,
        footer = {"", "Ends with 0 when it is valid, 1 when it is not, 2 when it cannot be read."})
public final class LintCommand extends ConfigCommand {
    @Override
    boolean run(Checkout checkout, FolderFiles files, PrintWriter out) {
        PipelineContext push = Situation.of(checkout, "push", null, null, "main", Map.of(), null);
        List<Diagnostic> found = PipelineCompiler.check(files, checkout.config(), push, options(Map.of()));
        boolean valid = found.stream().noneMatch(Diagnostic::isError);
        if (json()) {
            Map<String, @Nullable Object> members = new LinkedHashMap<>();
            members.put("valid", valid);
            members.put("diagnostics", found.stream().map(PlanJson::diagnostic).toList());
            out.print(Json.of(members));
            return valid;
        }
        new Findings(files, out).print(found);
        String count = Findings.count(found);
        String verdict = valid ? " is valid" : " is not valid";
        out.println(checkout.config() + verdict + (count.isEmpty() ? "" : ": " + count));
        return valid;
    }
}

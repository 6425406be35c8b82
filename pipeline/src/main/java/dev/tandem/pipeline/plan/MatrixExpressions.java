package dev.tandem.pipeline.plan;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.tandem.pipeline.plan.JobConfig.NeedConfig;
import dev.tandem.pipeline.rule.Variable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Replaces {@code $[[ matrix.NAME ]]} in a need by the value of the instance that needs. */
final class MatrixExpressions {
    private static final Pattern BLOCK = Pattern.compile("\\$\\[\\[\\s*matrix\\.([A-Za-z0-9_]+)\\s*]]");

    private MatrixExpressions() {}

    /** A value that the instance does not have stays as written and so selects nothing. */
    static NeedConfig resolve(NeedConfig need, List<Variable> matrix) {
        Map<String, String> values = new HashMap<>();
        matrix.forEach(variable -> values.put(variable.key(), variable.value()));
        List<Map<String, List<String>>> rows = new ArrayList<>();
        for (Map<String, List<String>> row : need.matrix()) {
            Map<String, List<String>> resolved = new LinkedHashMap<>();
            row.forEach((key, choices) -> resolved.put(
                    key,
                    choices.stream().map(choice -> replaced(choice, values)).toList()));
            rows.add(resolved);
        }
        return new NeedConfig(need.job(), need.mark(), need.artifacts(), need.optional(), rows);
    }

    private static String replaced(String text, Map<String, String> values) {
        Matcher matcher = BLOCK.matcher(text);
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (matcher.find()) {
            out.append(text, at, matcher.start());
            out.append(values.getOrDefault(matcher.group(1), matcher.group()));
            at = matcher.end();
        }
        return out.append(text.substring(at)).toString();
    }
}

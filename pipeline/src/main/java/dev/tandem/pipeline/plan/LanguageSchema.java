package dev.tandem.pipeline.plan;

import static dev.tandem.pipeline.plan.SchemaParts.*;
import static java.util.Map.entry;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The language as a JSON Schema (draft-07, which editors know), made from the tables that the readers use. It describes a file as it is
 * written: anchors and merge keys resolved, {@code !reference} a list of names, includes and {@code extends} not yet merged; so it asks
 * for no keyword that another file may bring. What it accepts may still be refused by the compiler, which knows more.
 */
public final class LanguageSchema {
    private static final String ADDRESS = "http://json-schema.org/draft-07/schema#";
    /** What stands in for a value that is known only later: a reference, or text with an input in it. */
    private static final Map<String, Object> DYNAMIC = anyOf(
            Map.of("type", "array", "items", TEXT, "minItems", 1), Map.of("type", "string", "pattern", "\\$\\[\\["));

    private LanguageSchema() {}

    /** The schema as maps, lists, texts, numbers and booleans, in a fixed order. */
    public static Map<String, Object> schema() {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("$schema", ADDRESS);
        schema.put("title", ".gitlab-ci.yml as Tandem reads it");
        schema.put("type", "object");
        schema.put("properties", root());
        schema.put("patternProperties", Map.of("^\\.", ANY));
        schema.put("additionalProperties", ref("job"));
        schema.put("definitions", definitions());
        schema.replaceAll((key, value) -> ordered(value));
        return schema;
    }

    private static Object ordered(Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> sorted = new TreeMap<>();
            map.forEach((key, each) -> sorted.put(String.valueOf(key), ordered(each)));
            return sorted;
        }
        return value instanceof List<?> list
                ? list.stream().map(LanguageSchema::ordered).toList()
                : value;
    }

    private static Map<String, Object> root() {
        Map<String, Map<String, Object>> known = new LinkedHashMap<>();
        known.put("default", object(Keywords.DEFAULT, chosen(Keywords.DEFAULT)));
        known.put("include", ref("include"));
        known.put("stages", orDynamic(nested(TEXT)));
        known.put("types", orDynamic(nested(TEXT)));
        known.put("variables", orDynamic(variables(VariablesReader.Place.ROOT)));
        known.put("workflow", workflow());
        known.put("spec", Map.of("type", "object"));
        Keywords.ROOT_DEFAULTS.forEach(key -> known.put(key, ref(key)));
        Map<String, Object> inOrder = new LinkedHashMap<>();
        for (String key : Keywords.ROOT) {
            Map<String, Object> schema = known.get(key);
            if (schema == null) {
                throw new IllegalStateException("the schema does not know the keyword " + key);
            }
            inOrder.put(key, schema);
        }
        return inOrder;
    }

    private static Map<String, Map<String, Object>> chosen(Iterable<String> keys) {
        Map<String, Map<String, Object>> chosen = new LinkedHashMap<>();
        keys.forEach(key -> chosen.put(key, ref(key)));
        return chosen;
    }

    private static Map<String, Object> definitions() {
        Map<String, Map<String, Object>> keywords = keywords();
        TreeSet<String> all = new TreeSet<>(Keywords.JOB);
        all.addAll(Keywords.TRIGGER);
        Map<String, Object> definitions = new LinkedHashMap<>();
        definitions.put("job", object(all, chosen(all)));
        definitions.put("include", include());
        definitions.put("dynamic", DYNAMIC);
        for (String key : all) {
            Map<String, Object> schema = keywords.get(key);
            if (schema == null) {
                throw new IllegalStateException("the schema does not know the keyword " + key);
            }
            definitions.put(key, orDynamic(schema));
        }
        return definitions;
    }

    /** Nothing at all counts as not given. */
    private static Map<String, Object> orDynamic(Map<String, Object> schema) {
        return anyOf(schema, ref("dynamic"), Map.of("type", "null"));
    }

    private static Map<String, Map<String, Object>> keywords() {
        Map<String, Map<String, Object>> all = new LinkedHashMap<>();
        all.putAll(scripts());
        all.putAll(conditions());
        all.putAll(outcomes());
        all.putAll(surroundings());
        all.putAll(remote());
        return all;
    }

    private static Map<String, Map<String, Object>> scripts() {
        return Map.of(
                "script",
                TEXT_OR_TEXTS,
                "before_script",
                TEXT_OR_TEXTS,
                "after_script",
                TEXT_OR_TEXTS,
                "hooks",
                object(List.of("pre_get_sources_script"), Map.of("pre_get_sources_script", TEXT_OR_TEXTS)),
                "run",
                list(object(RemoteKeywords.STEP, step())),
                "stage",
                FILLED,
                "extends",
                oneOrMore(FILLED),
                "inherit",
                object(List.of("default", "variables"), inherit()));
    }

    private static Map<String, Map<String, Object>> inherit() {
        return Map.of("default", anyOf(FLAG, list(words(Keywords.DEFAULT))), "variables", anyOf(FLAG, TEXTS));
    }

    private static Map<String, Map<String, Object>> step() {
        return Map.of(
                "name", FILLED, "script", TEXT, "step", ANY, "func", ANY, "env", each(SCALAR), "inputs", each(ANY));
    }

    private static Map<String, Map<String, Object>> conditions() {
        return Map.of(
                "rules", nested(object(Keywords.RULE, rule(RulesReader.JOB_WHEN))),
                "only", filter(),
                "except", filter(),
                "when", words(JobReader.WHEN),
                "start_in", DURATION,
                "needs", needs(),
                "dependencies", TEXTS,
                "manual_confirmation", TEXT);
    }

    private static Map<String, Map<String, Object>> rule(List<String> when) {
        return Map.of(
                "if", TEXT,
                "changes", anyOf(TEXTS, object(RulesReader.CHANGES, paths(RulesReader.CHANGES))),
                "exists", anyOf(TEXTS, object(RulesReader.EXISTS, paths(RulesReader.EXISTS))),
                "when", words(when),
                "start_in", DURATION,
                "allow_failure", FLAG,
                "variables", each(SCALAR),
                "needs", needs(),
                "interruptible", FLAG);
    }

    private static Map<String, Map<String, Object>> paths(List<String> keys) {
        Map<String, Map<String, Object>> paths = new LinkedHashMap<>();
        keys.forEach(key -> paths.put(key, key.equals("paths") ? TEXTS : TEXT));
        return paths;
    }

    private static Map<String, Object> filter() {
        Map<String, Map<String, Object>> keys = Map.of(
                "refs", TEXT_OR_TEXTS,
                "variables", TEXTS,
                "changes", TEXTS,
                "kubernetes", words(List.of("active")));
        return anyOf(TEXT_OR_TEXTS, object(RefFilterReader.KEYS, keys));
    }

    private static Map<String, Object> needs() {
        Map<String, Map<String, Object>> keys = Map.of(
                "job", FILLED,
                "artifacts", FLAG,
                "optional", FLAG,
                "parallel", object(List.of("matrix"), Map.of("matrix", matrix())),
                "pipeline", FILLED,
                "project", FILLED,
                "ref", FILLED);
        Map<String, Object> need = object(NeedsReader.KEYS, keys);
        return anyOf(nested(anyOf(FILLED, need)), need);
    }

    private static Map<String, Object> matrix() {
        return list(each(anyOf(SCALAR, list(SCALAR))));
    }

    private static Map<String, Map<String, Object>> outcomes() {
        Map<String, Object> codes = oneOrMore(integer(0, Integer.MAX_VALUE));
        Map<String, Map<String, Object>> retry =
                Map.of("max", integer(0, 2), "when", oneOrMore(words(Keywords.RETRY_WHEN)), "exit_codes", codes);
        return Map.of(
                "allow_failure", anyOf(FLAG, object(List.of("exit_codes"), Map.of("exit_codes", codes))),
                "retry", anyOf(integer(0, 2), object(retry.keySet(), retry)),
                "timeout", DURATION,
                "coverage", Map.of("type", "string", "pattern", "^/.+/$"),
                "artifacts", artifacts(),
                "environment", anyOf(FILLED, object(OutcomeReader.ENVIRONMENT, environment())),
                "interruptible", FLAG,
                "resource_group", FILLED,
                "parallel", parallel(),
                "trigger", trigger());
    }

    private static Map<String, Object> parallel() {
        return anyOf(integer(1, JobReader.INSTANCES), object(List.of("matrix"), Map.of("matrix", matrix())));
    }

    private static Map<String, Object> artifacts() {
        Map<String, Map<String, Object>> reports = new LinkedHashMap<>();
        Keywords.REPORTS.forEach(report -> reports.put(report, TEXT_OR_TEXTS));
        Map<String, Object> coverage =
                object(List.of("coverage_format", "path"), Map.of("coverage_format", TEXT, "path", TEXT));
        reports.put("coverage_report", coverage);
        return object(
                ArtifactsReader.KEYS,
                Map.ofEntries(
                        entry("paths", TEXTS),
                        entry("exclude", TEXTS),
                        entry("expire_in", DURATION),
                        entry("expose_as", TEXT),
                        entry("name", TEXT),
                        entry("untracked", FLAG),
                        entry("when", words(ArtifactsReader.WHEN)),
                        entry("public", FLAG),
                        entry("access", words(ArtifactsReader.ACCESS)),
                        entry("reports", object(Keywords.REPORTS, reports))));
    }

    private static Map<String, Map<String, Object>> environment() {
        return Map.of(
                "name", FILLED,
                "url", Map.of("type", "string", "pattern", "^(https?://|\\$)"),
                "on_stop", FILLED,
                "action", words(OutcomeReader.ACTIONS),
                "auto_stop_in", DURATION,
                "deployment_tier", anyOf(words(OutcomeReader.TIERS), Map.of("type", "string", "pattern", "\\$")),
                "kubernetes", Map.of("type", "object"));
    }

    private static Map<String, Object> trigger() {
        Map<String, Map<String, Object>> forward = new LinkedHashMap<>();
        TriggerReader.FORWARD.forEach(key -> forward.put(key, FLAG));
        Map<String, Map<String, Object>> include = new LinkedHashMap<>();
        TriggerReader.INCLUDE_KEYS.forEach(key -> include.put(key, FILLED));
        include.put("file", TEXT_OR_TEXTS);
        include.put("inputs", each(ANY));
        Map<String, Map<String, Object>> keys = Map.of(
                "project", FILLED,
                "branch", FILLED,
                "include", oneOrMore(anyOf(FILLED, object(TriggerReader.INCLUDE_KEYS, include))),
                "strategy", words(TriggerReader.STRATEGIES),
                "forward", object(TriggerReader.FORWARD, forward),
                "inputs", each(ANY));
        return anyOf(FILLED, object(TriggerReader.KEYS, keys));
    }

    private static Map<String, Map<String, Object>> surroundings() {
        return Map.of(
                "image", anyOf(FILLED, object(ContainerReader.IMAGE, container(ContainerReader.IMAGE))),
                "services", nested(anyOf(FILLED, object(ContainerReader.SERVICE, container(ContainerReader.SERVICE)))),
                "cache", anyOf(object(CacheReader.KEYS, cache()), nested(object(CacheReader.KEYS, cache()))),
                "tags", TEXTS,
                "variables", variables(VariablesReader.Place.JOB));
    }

    private static Map<String, Map<String, Object>> container(List<String> keys) {
        Map<String, Map<String, Object>> all = Map.of(
                "name",
                FILLED,
                "alias",
                TEXT,
                "entrypoint",
                TEXTS,
                "command",
                TEXT_OR_TEXTS,
                "variables",
                variables(VariablesReader.Place.JOB),
                "pull_policy",
                oneOrMore(words(ContainerReader.POLICIES)),
                "docker",
                object(List.of("platform", "user"), Map.of("platform", FILLED, "user", FILLED)),
                "kubernetes",
                Map.of("type", "object"));
        Map<String, Map<String, Object>> own = new LinkedHashMap<>(all);
        own.keySet().retainAll(keys);
        return own;
    }

    private static Map<String, Map<String, Object>> cache() {
        Map<String, Map<String, Object>> key = Map.of("files", TEXTS, "files_commits", TEXTS, "prefix", TEXT);
        return Map.of(
                "key", anyOf(SCALAR, object(key.keySet(), key)),
                "paths", TEXTS,
                "untracked", FLAG,
                "unprotect", FLAG,
                "when", words(CacheReader.WHEN),
                "policy", anyOf(words(CacheReader.POLICIES), Map.of("type", "string", "pattern", "\\$")),
                "fallback_keys", TEXTS);
    }

    private static Map<String, Object> variables(VariablesReader.Place place) {
        Map<String, Map<String, Object>> all =
                Map.of("value", SCALAR, "description", TEXT, "options", TEXTS, "expand", FLAG);
        Map<String, Map<String, Object>> own = new LinkedHashMap<>(all);
        own.keySet().retainAll(place.keys());
        return Map.of(
                "type",
                "object",
                "propertyNames",
                Map.of("pattern", "^[A-Za-z0-9_]{1,255}$"),
                "additionalProperties",
                anyOf(SCALAR, object(place.keys(), own), ref("dynamic")));
    }

    private static Map<String, Map<String, Object>> remote() {
        return Map.of(
                "release", object(RemoteKeywords.RELEASE, loose(RemoteKeywords.RELEASE)),
                "secrets", each(object(RemoteKeywords.SECRET, loose(RemoteKeywords.SECRET))),
                "id_tokens", each(object(List.of("aud"), Map.of("aud", TEXT_OR_TEXTS))),
                "identity", words(List.of("google_cloud")),
                "pages", anyOf(FLAG, Map.of("type", "object")),
                "publish", FILLED,
                "dast_configuration", Map.of("type", "object"),
                "inputs", Map.of("type", "object"));
    }

    private static Map<String, Map<String, Object>> loose(List<String> keys) {
        Map<String, Map<String, Object>> loose = new LinkedHashMap<>();
        keys.forEach(key -> loose.put(key, ANY));
        return loose;
    }

    private static Map<String, Object> workflow() {
        Map<String, Map<String, Object>> cancel = Map.of(
                "on_new_commit", words(RulesReader.ON_NEW_COMMIT), "on_job_failure", words(RulesReader.ON_JOB_FAILURE));
        Map<String, Object> autoCancel = object(RulesReader.AUTO_CANCEL, cancel);
        Map<String, Map<String, Object>> rule = new LinkedHashMap<>(rule(RulesReader.YES_NO));
        rule.put("auto_cancel", autoCancel);
        rule.remove("interruptible");
        Map<String, Map<String, Object>> keys = Map.of(
                "rules", orDynamic(nested(object(Keywords.WORKFLOW_RULE, rule))),
                "name", TEXT,
                "auto_cancel", autoCancel);
        return orDynamic(object(Keywords.WORKFLOW, keys));
    }

    private static Map<String, Object> include() {
        List<String> kinds = new ArrayList<>(TriggerReader.INCLUDE_KEYS);
        kinds.add("rules");
        Map<String, Map<String, Object>> keys = new LinkedHashMap<>();
        kinds.forEach(key -> keys.put(key, FILLED));
        keys.put("file", TEXT_OR_TEXTS);
        keys.put("inputs", each(ANY));
        keys.put("rules", Map.of("type", List.of("array", "null")));
        return oneOrMore(anyOf(FILLED, object(kinds, keys)));
    }
}

package dev.tandem.pipeline.syntax;

import java.util.Locale;

/** Every problem the compiler can name. The ids are stable: pages, tests and people's scripts refer to them. */
public enum DiagnosticCode {
    FILE_NOT_FOUND("the configuration file is missing"),
    FILE_TOO_LARGE("a file is larger than 2 MB"),
    FILE_EMPTY("a file has no content"),
    ENCODING("a file is not valid UTF-8"),
    YAML_SYNTAX("a file is not valid YAML"),
    YAML_ALIAS("an alias has no anchor in the same file, or contains itself"),
    YAML_TAG("a YAML tag other than !reference"),
    YAML_DATE("an unquoted date, which GitLab refuses to load"),
    TOO_DEEP("the configuration is nested deeper than 100 levels"),
    TOO_LARGE("aliases, references or inheritance blow the configuration up beyond its limit"),
    DUPLICATE_KEY("a mapping has the same key twice; the last one counts", Severity.WARNING),
    ROOT_NOT_MAPPING("the file is not a mapping at its root"),

    INCLUDE_SHAPE("an include entry has the wrong shape"),
    INCLUDE_NOT_FOUND("an included file does not exist"),
    INCLUDE_PATH("an included path is not allowed"),
    INCLUDE_TOO_MANY("more than 150 includes, or an include loop"),
    INCLUDE_UNAVAILABLE("an included file that cannot be looked up from here"),
    INCLUDE_MATCHES_NOTHING("a wildcard of include that no file matches", Severity.WARNING),
    INCLUDE_INTEGRITY("an included file is not the one that include:integrity promises"),

    SPEC_INVALID("a spec header with a wrong key, input or value"),
    INPUT_MISSING("a required input has no value"),
    INPUT_UNKNOWN("a value for an input that does not exist"),
    INPUT_TYPE("the value of an input is of another type"),
    INPUT_OPTION("the value of an input is not among its options"),
    INPUT_REGEX("the value of an input does not match its regex"),
    INTERPOLATION("a block $[[ ... ]] that cannot be replaced"),

    EXTENDS_SHAPE("extends is not a name or a list of names"),
    EXTENDS_UNKNOWN("extends names an entry that does not exist"),
    EXTENDS_CYCLE("entries extend each other in a circle"),
    EXTENDS_TOO_DEEP("more than 11 levels of extends"),

    REFERENCE_SHAPE("!reference is not a list of names"),
    REFERENCE_UNKNOWN("!reference leads nowhere"),
    REFERENCE_CYCLE("references lead back to themselves"),
    REFERENCE_TOO_DEEP("more than 10 levels of references"),

    UNKNOWN_KEY("a keyword that does not exist here"),
    WRONG_TYPE("a value of the wrong kind"),
    INVALID_VALUE("a value outside what is allowed"),
    MISSING_KEY("a required keyword is missing"),
    EMPTY_VALUE("a value that must not be empty"),
    EXCLUSIVE_KEYS("keywords that exclude each other"),
    DECLARED_TWICE("a keyword both at the root and under default"),
    NOT_SUPPORTED("a keyword that Tandem cannot evaluate and cannot leave out"),
    NOT_EVALUATED("a keyword that is accepted but has no effect yet", Severity.WARNING),

    NO_JOBS("no visible job"),
    JOB_WITHOUT_SCRIPT("a job without script, run or trigger"),
    NAME_TOO_LONG("a name longer than 255 characters"),
    SCRIPT_TOO_DEEP("a script nested deeper than 10 levels"),
    STAGE_UNKNOWN("a job in a stage that is not declared"),
    DURATION("a text that is not a duration"),
    VARIABLE_OPTIONS("options of a variable without a fitting value"),
    VARIABLE_CYCLE("variables that refer to each other in a circle"),
    IF_SYNTAX("an if expression that cannot be parsed"),
    RULES_DUPLICATE_PIPELINES("a last rule that may create duplicate pipelines", Severity.WARNING),
    RULES_UNREACHABLE("a rule after one that always matches", Severity.WARNING),
    JOB_UNREACHABLE("a job that its rules keep out of every pipeline", Severity.WARNING),
    DEPRECATED("a keyword that has a newer name", Severity.WARNING),
    PARALLEL_TOO_MANY("more than 200 parallel jobs"),

    DEPENDENCIES_UNKNOWN_JOB("dependencies name a job that does not exist"),
    DEPENDENCIES_LATER_STAGE("dependencies name a job of a later stage"),
    DEPENDENCIES_NOT_IN_NEEDS("dependencies name a job that is not in needs"),
    NEEDS_UNKNOWN_JOB("needs name a job that does not exist"),
    NEEDS_LATER_STAGE("needs name a job of a later stage"),
    NEEDS_DUPLICATE("needs name a job twice"),
    NEEDS_CYCLE("jobs that need each other in a circle"),
    NEEDS_TOO_MANY("more than 50 needs"),
    NEEDS_NOT_IN_PIPELINE("a needed job is not in this pipeline"),
    NEEDS_MAY_BE_MISSING("a needed job that its rules can leave out while the other stays", Severity.WARNING),
    DEPLOYMENTS_TOO_MANY("more than 500 deployments in one pipeline"),
    ON_STOP_UNKNOWN_JOB("on_stop names a job that does not exist"),
    ON_STOP_MISMATCH("the on_stop job has not the same environment with action stop"),

    TOO_MANY_PROBLEMS("more problems than are listed");

    private final String meaning;
    private final Severity severity;

    DiagnosticCode(String meaning) {
        this(meaning, Severity.ERROR);
    }

    DiagnosticCode(String meaning, Severity severity) {
        this.meaning = meaning;
        this.severity = severity;
    }

    /** The stable name, for example {@code needs-unknown-job}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public String meaning() {
        return meaning;
    }

    public Severity severity() {
        return severity;
    }
}

package dev.tandem.pipeline.syntax;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Collects the problems of one compilation. The same problem at the same place, seen again through another job that inherits it, is
 * kept once. Not safe for several threads.
 */
public final class Diagnostics {
    private static final int LIMIT = 200;
    /** What a missing part of the configuration makes look wrong although it may be right. */
    private static final Set<DiagnosticCode> FOLLOW_UPS = EnumSet.of(
            DiagnosticCode.EXTENDS_UNKNOWN,
            DiagnosticCode.REFERENCE_UNKNOWN,
            DiagnosticCode.STAGE_UNKNOWN,
            DiagnosticCode.NEEDS_UNKNOWN_JOB,
            DiagnosticCode.DEPENDENCIES_UNKNOWN_JOB,
            DiagnosticCode.ON_STOP_UNKNOWN_JOB,
            DiagnosticCode.JOB_WITHOUT_SCRIPT,
            DiagnosticCode.NO_JOBS);

    private final String rootFile;
    private final List<Diagnostic> found = new ArrayList<>();
    private final Set<Seen> seen = new HashSet<>();
    private final Set<DiagnosticCode> forgiven;
    private boolean errors;
    private boolean incomplete;

    public Diagnostics(String rootFile) {
        this(rootFile, Set.of());
    }

    /** @param forgiven errors that are only warned of */
    public Diagnostics(String rootFile, Set<DiagnosticCode> forgiven) {
        this.rootFile = rootFile;
        this.forgiven = Set.copyOf(forgiven);
    }

    public void add(DiagnosticCode code, Mark mark, String path, String message, String hint) {
        if (incomplete && FOLLOW_UPS.contains(code)) {
            return;
        }
        if (!seen.add(new Seen(code, mark)) || found.size() > LIMIT) {
            return;
        }
        Severity severity = forgiven.contains(code) ? Severity.WARNING : code.severity();
        errors |= severity == Severity.ERROR;
        if (found.size() == LIMIT) {
            String note = "more than " + LIMIT + " problems; the rest is not listed";
            found.add(diagnostic(DiagnosticCode.TOO_MANY_PROBLEMS, Severity.ERROR, mark, "", note, "mend these first"));
            errors = true;
            return;
        }
        found.add(diagnostic(code, severity, mark, path, message, hint));
    }

    /** From here on problems that may only follow from a part that could not be loaded are left out. */
    public void markIncomplete() {
        incomplete = true;
    }

    public boolean isIncomplete() {
        return incomplete;
    }

    public boolean hasErrors() {
        return errors;
    }

    /** Root file first, then by file, line and column. */
    public List<Diagnostic> sorted() {
        List<Diagnostic> sorted = new ArrayList<>(found);
        sorted.sort(Comparator.comparing((Diagnostic each) -> !each.file().equals(rootFile))
                .thenComparing(Diagnostic::file)
                .thenComparing(Diagnostic::line)
                .thenComparing(Diagnostic::column)
                .thenComparing(Diagnostic::code));
        return sorted;
    }

    private static Diagnostic diagnostic(
            DiagnosticCode code, Severity severity, Mark mark, String path, String message, String hint) {
        return new Diagnostic(code, severity, message, mark.file(), mark.line(), mark.column(), path, hint);
    }

    private record Seen(DiagnosticCode code, Mark mark) {}
}

package dev.tandem.server.build.logs;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.tandem.pipeline.rule.SafePattern;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Finds the code coverage that a log tells: the first number in the last match of the job's expression. The expression runs
 * in linear time, and a line in bounded memory, whatever a job writes.
 */
public final class Coverage {
    private static final Pattern NUMBER = Pattern.compile("[0-9]+(\\.[0-9]+)?");
    private static final int LONGEST_LINE = 16 * 1024;
    private static final BigDecimal ALL = new BigDecimal(100);

    private final Pattern expression;
    private String line = "";
    private Optional<BigDecimal> found = Optional.empty();

    private Coverage(Pattern expression) {
        this.expression = expression;
    }

    /** In percent, with two digits behind the point; empty when the log tells none, or more than all. */
    public static Optional<BigDecimal> of(InputStream log, String expression) throws IOException {
        Optional<Pattern> pattern = SafePattern.compile(expression, "");
        if (pattern.isEmpty()) {
            return Optional.empty();
        }
        Coverage coverage = new Coverage(pattern.get());
        coverage.read(new BufferedInputStream(log));
        return coverage.found.filter(percent -> percent.compareTo(ALL) <= 0);
    }

    private void read(InputStream log) throws IOException {
        ByteArrayOutputStream raw = new ByteArrayOutputStream();
        for (int next = log.read(); next >= 0; next = log.read()) {
            if (next == '\n') {
                take(raw);
            } else if (raw.size() < LONGEST_LINE) {
                raw.write(next);
            }
        }
        take(raw);
        look();
    }

    private void take(ByteArrayOutputStream raw) {
        LogText.Piece piece = LogText.piece(raw.toString(StandardCharsets.UTF_8));
        raw.reset();
        if (piece.continues() && line.length() < LONGEST_LINE) {
            line += piece.text();
        } else {
            look();
            line = piece.text();
        }
    }

    private void look() {
        Matcher match = expression.matcher(line);
        while (match.find()) {
            Matcher number = NUMBER.matcher(match.group());
            if (number.find() && number.group().length() <= 20) {
                found = Optional.of(new BigDecimal(number.group()).setScale(2, RoundingMode.HALF_UP));
            }
        }
    }
}

package dev.tandem.pipeline.syntax;

import com.google.re2j.Pattern;
import dev.tandem.pipeline.syntax.Node.Kind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads an unquoted value as YAML 1.1 does, in the dialect of the library that GitLab uses. */
record PlainScalar(Kind kind, String value) {
    private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");
    private static final Set<String> TRUE = Set.of("yes", "true", "on");
    private static final Set<String> FALSE = Set.of("no", "false", "off");
    private static final Pattern BINARY = Pattern.compile("[-+]?0b[01_]+");
    private static final Pattern OCTAL = Pattern.compile("[-+]?0[0-7_]+");
    private static final Pattern DECIMAL = Pattern.compile("[-+]?(?:0|[1-9][0-9_,]*)");
    private static final Pattern HEXADECIMAL = Pattern.compile("[-+]?0x[0-9a-fA-F_]+");
    private static final Pattern BASE_60 = Pattern.compile("[-+]?[0-9][0-9_]*(?::[0-5]?[0-9]){1,2}");
    private static final Pattern FLOAT =
            Pattern.compile("[-+]?(?:[0-9][0-9_,]*)?\\.[0-9]+(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_,]*\\.");
    private static final Pattern DATE =
            Pattern.compile("\\d{4}-\\d{1,2}-\\d{1,2}(?:(?:[Tt]|\\s+)\\d{1,2}:\\d\\d:\\d\\d.*)?");
    /** Longer numbers are not worth converting; their text stays what it is. */
    private static final int LONGEST_NUMBER = 64;

    static boolean isDate(String text) {
        return text.length() >= 8 && text.length() < 64 && Character.isDigit(text.charAt(0)) && DATE.matches(text);
    }

    static PlainScalar of(String text) {
        if (NULLS.contains(text)) {
            return new PlainScalar(Kind.NULL, "");
        }
        if (text.length() <= 5) {
            String lower = text.toLowerCase(Locale.ROOT);
            if (TRUE.contains(lower)) {
                return new PlainScalar(Kind.BOOLEAN, "true");
            }
            if (FALSE.contains(lower)) {
                return new PlainScalar(Kind.BOOLEAN, "false");
            }
        }
        char first = text.charAt(0);
        // A dot at the beginning hides an entry: .1 is a name here, where YAML 1.1 sees a number.
        boolean numeric = first == '-' || first == '+' || (first >= '0' && first <= '9');
        return numeric && text.length() <= LONGEST_NUMBER ? number(text) : new PlainScalar(Kind.TEXT, text);
    }

    private static PlainScalar number(String text) {
        if (DECIMAL.matches(text)) {
            return integer(text, "", 10);
        }
        if (OCTAL.matches(text)) {
            return integer(text, "0", 8);
        }
        if (HEXADECIMAL.matches(text)) {
            return integer(text, "0x", 16);
        }
        if (BINARY.matches(text)) {
            return integer(text, "0b", 2);
        }
        if (BASE_60.matches(text)) {
            return base60(text);
        }
        return FLOAT.matches(text) ? decimal(text) : new PlainScalar(Kind.TEXT, text);
    }

    private static PlainScalar integer(String text, String prefix, int radix) {
        boolean negative = text.startsWith("-");
        String unsigned = negative || text.startsWith("+") ? text.substring(1) : text;
        String digits = unsigned.substring(prefix.length()).replace("_", "").replace(",", "");
        if (digits.isEmpty()) {
            return new PlainScalar(Kind.TEXT, text);
        }
        BigInteger value = new BigInteger(digits, radix);
        return new PlainScalar(Kind.INTEGER, (negative ? value.negate() : value).toString());
    }

    /** {@code 1:30} means hours and minutes, in seconds, whatever the author had in mind. */
    private static PlainScalar base60(String text) {
        boolean negative = text.startsWith("-");
        BigInteger seconds = BigInteger.ZERO;
        int unit = 3600;
        for (String part : List.of(text.replaceAll("[-+_]", "").split(":", -1))) {
            seconds = seconds.add(new BigInteger(part).multiply(BigInteger.valueOf(unit)));
            unit /= 60;
        }
        return new PlainScalar(Kind.INTEGER, (negative ? seconds.negate() : seconds).toString());
    }

    /** {@code 1.10} is the number 1.1 and prints so: quoting is the mend, and what GitLab does. */
    private static PlainScalar decimal(String text) {
        double value = Double.parseDouble(text.replace("_", "").replace(",", ""));
        if (Double.isInfinite(value)) {
            return new PlainScalar(Kind.FLOAT, text);
        }
        String plain = new BigDecimal(Double.toString(value)).toPlainString();
        return new PlainScalar(Kind.FLOAT, plain.contains(".") ? plain : plain + ".0");
    }
}

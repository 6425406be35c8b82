package dev.tandem.pipeline.syntax;

/**
 * The line that a diagnostic speaks of, fit to be shown: one that is very long is cut around the place, and nothing in it can steer a
 * terminal.
 *
 * @param column the place within {@code text}, counted from 0
 */
public record Excerpt(String text, int column) {
    private static final int WIDEST = 160;

    /** @param column of the diagnostic, counted from 1 */
    public static Excerpt of(String line, int column) {
        int at = Math.min(column - 1, line.length());
        int from = at > WIDEST - 20 ? at - WIDEST / 2 : 0;
        return new Excerpt(visible(line.substring(from, Math.min(line.length(), from + WIDEST))), at - from);
    }

    /** Control characters become blanks. */
    public static String visible(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        text.chars().forEach(c -> shown.append(Character.isISOControl(c) ? ' ' : (char) c));
        return shown.toString();
    }
}

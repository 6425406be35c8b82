package dev.tandem.server.platform;

import java.util.List;
import java.util.Map;

/**
 * The settings of this process and where each came from. Immutable.
 *
 * @param settings all of them, as the program uses them
 * @param rows the same as somebody wrote them, in the order of {@link Settings}
 */
public record SettingsInForce(Settings settings, List<Row> rows) {
    public SettingsInForce {
        rows = List.copyOf(rows);
    }

    /** Where a value was said; the later wins over the earlier. */
    public enum Origin {
        DEFAULT,
        FILE,
        ENVIRONMENT,
        FLAG
    }

    /**
     * One setting.
     *
     * @param value as written; empty for what the program works out by itself, and for a secret
     * @param secret whether there is a value that is not told
     */
    public record Row(String key, String value, boolean secret, Origin origin, String doc) {}

    /** Passwords that stand within an address are not told either. */
    static Row row(Setting setting, Map<String, String> merged, Origin origin) {
        String value = merged.getOrDefault(setting.key(), setting.value());
        boolean secret = setting.secret() && !value.isEmpty();
        String told = value.replaceAll("(?i)(password=)[^&;]*", "$1…").replaceAll("(://[^/@:]*:)[^/@]*@", "$1…@");
        return new Row(setting.key(), secret ? "" : told, secret, origin, setting.doc());
    }
}

package dev.tandem.server.platform;

import dev.tandem.server.platform.http.OutgoingHttp;
import java.io.IOException;
import java.io.Reader;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@link Settings}: a flag wins over an environment variable ({@code TANDEM_RUNNER_CONCURRENCY}), which wins over
 * the file {@code tandem.properties} in the data folder, which wins over the default. Keys nobody knows are refused.
 */
public final class SettingsReader {
    private static final String FILE = "tandem.properties";
    private static final String ENVIRONMENT_PREFIX = "TANDEM_";

    /** Variables with our prefix that other parts of Tandem use; they are no settings of the server. */
    private static final List<String> OTHER_VARIABLES = List.of(
            "TANDEM_HOME",
            "TANDEM_JAVA",
            "TANDEM_URL",
            "TANDEM_TOKEN",
            "TANDEM_RUNNER_TOKEN",
            "TANDEM_AGENT_TOKEN",
            "TANDEM_INITIAL_ROOT_PASSWORD",
            "TANDEM_INITIAL_ROOT_TOKEN",
            "TANDEM_TRAIN",
            "TANDEM_SERVER_FLAGS");

    private SettingsReader() {}

    /**
     * @param flags {@code --key value}, {@code --key=value} or, for booleans, {@code --key}
     * @throws SettingsException with every problem found, in words for the administrator
     */
    public static Settings read(List<String> flags, Map<String, String> environment) {
        return inForce(flags, environment).settings();
    }

    /** The same with where each setting came from. */
    public static SettingsInForce inForce(List<String> flags, Map<String, String> environment) {
        List<String> problems = new ArrayList<>();
        Map<String, String> fromFlags = flags(flags, problems);
        Map<String, String> fromEnvironment = environment(environment, problems);
        String data = fromFlags.getOrDefault("data", fromEnvironment.getOrDefault("data", defaultOf("data")));
        Map<String, String> fromFile = file(Path.of(data).resolve(FILE), problems);
        Map<String, String> merged = new LinkedHashMap<>(fromFile);
        merged.putAll(fromEnvironment);
        merged.putAll(fromFlags);
        merged.put("data", data);
        Settings settings = problems.isEmpty() ? build(merged, problems) : null;
        if (settings != null) {
            problems.addAll(TlsFiles.problems(settings));
        }
        if (settings == null || !problems.isEmpty()) {
            throw new SettingsException(problems);
        }
        List<SettingsInForce.Row> rows = settings().values().stream()
                .map(component -> component.getAnnotation(Setting.class))
                .map(setting -> SettingsInForce.row(
                        setting, merged, origin(setting.key(), fromFlags, fromEnvironment, fromFile)))
                .toList();
        return new SettingsInForce(settings, rows);
    }

    private static SettingsInForce.Origin origin(
            String key, Map<String, String> flags, Map<String, String> environment, Map<String, String> file) {
        if (flags.containsKey(key)) {
            return SettingsInForce.Origin.FLAG;
        }
        if (environment.containsKey(key)) {
            return SettingsInForce.Origin.ENVIRONMENT;
        }
        return file.containsKey(key) ? SettingsInForce.Origin.FILE : SettingsInForce.Origin.DEFAULT;
    }

    /** The reference page: one row per setting, in the order of {@link Settings}. */
    public static String reference() {
        StringBuilder page = new StringBuilder();
        for (RecordComponent component : Settings.class.getRecordComponents()) {
            Setting setting = component.getAnnotation(Setting.class);
            page.append("| `%s` | `%s` | %s | %s |\n"
                    .formatted(
                            setting.key(),
                            variable(setting.key()),
                            setting.value().isEmpty() ? "" : "`" + setting.value() + "`",
                            setting.doc()));
        }
        return page.toString();
    }

    private static Map<String, String> flags(List<String> flags, List<String> problems) {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < flags.size(); i++) {
            String flag = flags.get(i);
            if (!flag.startsWith("--")) {
                problems.add("'" + flag + "' is not an option; options start with --");
                continue;
            }
            int equals = flag.indexOf('=');
            String key = equals < 0 ? flag.substring(2) : flag.substring(2, equals);
            if (!known(key)) {
                problems.add("unknown option --" + key + didYouMean(key));
            } else if (equals >= 0) {
                values.put(key, flag.substring(equals + 1));
            } else if (i + 1 < flags.size() && !flags.get(i + 1).startsWith("--")) {
                values.put(key, flags.get(++i));
            } else if (type(key) == boolean.class) {
                values.put(key, "true");
            } else {
                problems.add("option --" + key + " needs a value");
            }
        }
        return values;
    }

    private static Map<String, String> environment(Map<String, String> environment, List<String> problems) {
        Map<String, String> values = new LinkedHashMap<>();
        environment.forEach((name, value) -> {
            if (!name.startsWith(ENVIRONMENT_PREFIX) || OTHER_VARIABLES.contains(name)) {
                return;
            }
            String key = name.substring(ENVIRONMENT_PREFIX.length())
                    .toLowerCase(Locale.ROOT)
                    .replace('_', '-');
            if (known(key)) {
                values.put(key, value);
            } else {
                problems.add("unknown environment variable " + name + didYouMean(key));
            }
        });
        return values;
    }

    private static Map<String, String> file(Path file, List<String> problems) {
        Map<String, String> values = new LinkedHashMap<>();
        if (!Files.exists(file)) {
            return values;
        }
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            problems.add("cannot read " + file + ": " + e.getMessage());
        }
        for (String key : properties.stringPropertyNames()) {
            if (!known(key) || key.equals("data")) {
                problems.add("unknown key '" + key + "' in " + file + didYouMean(key));
            }
            values.put(key, properties.getProperty(key));
        }
        return values;
    }

    private static Settings build(Map<String, String> values, List<String> problems) {
        RecordComponent[] components = Settings.class.getRecordComponents();
        @Nullable Object[] arguments = new @Nullable Object[components.length];
        for (int i = 0; i < components.length; i++) {
            Setting setting = components[i].getAnnotation(Setting.class);
            String text = values.getOrDefault(setting.key(), setting.value());
            if (setting.key().equals("outgoing-allow")) {
                checkAllowList(text, problems);
            }
            if (setting.key().equals("smtp-url")
                    && !text.isEmpty()
                    && !text.matches("smtps?://([^@/\\s]+@)?[^@/:\\s]+(:[0-9]{1,5})?")) {
                problems.add("smtp-url: '" + text + "' is not like smtp://user@mail.example.org:587");
            }
            if (setting.key().equals("language") && !text.matches("en|zh-CN")) {
                problems.add("language: '" + text + "' is not en or zh-CN");
            }
            try {
                arguments[i] = convert(components[i].getType(), text);
            } catch (RuntimeException e) {
                problems.add(setting.key() + ": '" + text + "' is not " + expectation(components[i].getType()));
            }
        }
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
        return construct(components, arguments);
    }

    private static void checkAllowList(String text, List<String> problems) {
        try {
            new OutgoingHttp(text);
        } catch (IllegalArgumentException e) {
            problems.add("outgoing-allow: " + e.getMessage());
        }
    }

    private static Settings construct(RecordComponent[] components, @Nullable Object[] arguments) {
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            Constructor<Settings> constructor = Settings.class.getDeclaredConstructor(types);
            return constructor.newInstance(arguments);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Settings has no canonical constructor", e);
        }
    }

    private static @Nullable Object convert(Class<?> type, String text) {
        if (type == int.class) {
            int value = Integer.parseInt(text);
            if (value < 0) {
                throw new IllegalArgumentException("negative");
            }
            return value;
        }
        if (type == boolean.class) {
            return switch (text) {
                case "true" -> true;
                case "false" -> false;
                default -> throw new IllegalArgumentException(text);
            };
        }
        if (type == Path.class) {
            return Path.of(text).toAbsolutePath().normalize();
        }
        if (type == URI.class) {
            return text.isEmpty() ? null : url(text);
        }
        if (type == Networks.class) {
            return Networks.parse(text);
        }
        return type == Duration.class ? Duration.parse(text) : text;
    }

    private static URI url(String text) {
        URI url = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
        if (url.getHost() == null || !List.of("http", "https").contains(url.getScheme())) {
            throw new IllegalArgumentException(text);
        }
        return url;
    }

    private static String expectation(Class<?> type) {
        if (type == int.class) {
            return "a whole number from 0";
        }
        if (type == boolean.class) {
            return "true or false";
        }
        if (type == URI.class) {
            return "an http or https URL";
        }
        if (type == Networks.class) {
            return "a list of IP addresses and networks such as 127.0.0.1, 10.0.0.0/8";
        }
        return type == Duration.class ? "a duration such as PT3M" : "valid";
    }

    private static boolean known(String key) {
        return settings().containsKey(key);
    }

    private static Class<?> type(String key) {
        return component(key).getType();
    }

    private static String defaultOf(String key) {
        return component(key).getAnnotation(Setting.class).value();
    }

    private static RecordComponent component(String key) {
        return Objects.requireNonNull(settings().get(key), key);
    }

    private static Map<String, RecordComponent> settings() {
        Map<String, RecordComponent> byKey = new LinkedHashMap<>();
        for (RecordComponent component : Settings.class.getRecordComponents()) {
            byKey.put(component.getAnnotation(Setting.class).key(), component);
        }
        return byKey;
    }

    private static String variable(String key) {
        return ENVIRONMENT_PREFIX + key.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    private static String didYouMean(String key) {
        return settings().keySet().stream()
                .filter(candidate -> candidate.startsWith(key.substring(0, Math.min(3, key.length()))))
                .findFirst()
                .map(candidate -> "; did you mean '" + candidate + "'?")
                .orElse("; docs/configuration.md lists them all");
    }
}

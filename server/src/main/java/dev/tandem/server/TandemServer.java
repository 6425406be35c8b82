package dev.tandem.server;

import dev.tandem.server.identity.InitialRoot;
import dev.tandem.server.identity.PasswordCost;
import dev.tandem.server.platform.DataLock;
import dev.tandem.server.platform.Settings;
import dev.tandem.server.platform.SettingsException;
import dev.tandem.server.platform.SettingsInForce;
import dev.tandem.server.platform.SettingsReader;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** The server's program. */
@SpringBootApplication
public class TandemServer {
    private static final int LOG_PARTS = 20;

    /** Exit code 2 with the reasons on standard error when the settings cannot be used. */
    public static void main(String[] arguments) {
        try {
            start(SettingsReader.inForce(List.of(arguments), System.getenv()), System.getenv(), PasswordCost.STANDARD);
        } catch (SettingsException e) {
            System.err.println("tandem server cannot start:");
            e.problems().forEach(problem -> System.err.println("  " + problem));
            System.exit(2);
        }
    }

    /**
     * Starts a server in this process; closing the context stops it. Several may run side by side, each in a data folder
     * of its own.
     *
     * @param environment variables of {@link InitialRoot}
     * @throws SettingsException when another server works in the data folder
     */
    public static ConfigurableApplicationContext start(
            SettingsInForce inForce, Map<String, String> environment, PasswordCost passwordCost) {
        Settings settings = inForce.settings();
        SpringApplication application = new SpringApplication(TandemServer.class);
        application.setMainApplicationClass(TandemServer.class); // Whoever starts it: tests do, too.
        application.setBannerMode(Banner.Mode.OFF);
        application.setDefaultProperties(springProperties(settings));
        InitialRoot initialRoot = InitialRoot.of(environment);
        DataLock lock = DataLock.take(settings.data());
        ApplicationContextInitializer<GenericApplicationContext> given = context -> {
            context.getBeanFactory().registerSingleton("settings", settings);
            context.getBeanFactory().registerSingleton("settingsInForce", inForce);
            context.getBeanFactory().registerSingleton("initialRoot", initialRoot);
            context.getBeanFactory().registerSingleton("passwordCost", passwordCost);
            context.getBeanFactory().registerSingleton("dataLock", lock);
        };
        application.addInitializers(given);
        try {
            return application.run();
        } catch (RuntimeException | Error e) {
            release(lock, e);
            throw e;
        }
    }

    private static void release(DataLock lock, Throwable failure) {
        try {
            lock.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private static Map<String, Object> springProperties(Settings settings) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("server.port", settings.port());
        properties.put("server.address", settings.bind());
        if (settings.tls()) {
            properties.put("server.ssl.bundle", "tandem");
            String bundle = "spring.ssl.bundle.pem.tandem.";
            properties.put(bundle + "reload-on-update", true);
            properties.put(bundle + "keystore.certificate", "file:" + settings.tlsCertificate());
            properties.put(bundle + "keystore.private-key", "file:" + settings.tlsKey());
            // A new certificate and its key are two files: not before both had time to be written.
            properties.put("spring.ssl.bundle.watch.file.quiet-period", "5s");
        }
        if (settings.logFormat().equals("json")) {
            properties.put("logging.structured.format.console", "ecs");
            properties.put("logging.structured.format.file", "ecs");
        }
        if (!settings.logFile().isEmpty()) {
            String rolling = "logging.logback.rollingpolicy.";
            properties.put("logging.file.name", settings.logFile());
            properties.put(rolling + "max-file-size", settings.logFileMegabytes() + "MB");
            properties.put(rolling + "max-history", settings.logFileDays());
            properties.put(rolling + "total-size-cap", LOG_PARTS * settings.logFileMegabytes() + "MB");
        }
        return properties;
    }
}

package dev.tandem.server;

import dev.tandem.server.identity.InitialRoot;
import dev.tandem.server.platform.DataLock;
import dev.tandem.server.platform.Settings;
import dev.tandem.server.platform.SettingsException;
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

    /** Exit code 2 with the reasons on standard error when the settings cannot be used. */
    public static void main(String[] arguments) {
        try {
            start(SettingsReader.read(List.of(arguments), System.getenv()));
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
     * @throws SettingsException when another server works in the data folder
     */
    public static ConfigurableApplicationContext start(Settings settings) {
        return start(settings, System.getenv());
    }

    /** The same with variables of {@link InitialRoot} other than this process's own; for tests. */
    public static ConfigurableApplicationContext start(Settings settings, Map<String, String> environment) {
        SpringApplication application = new SpringApplication(TandemServer.class);
        application.setBannerMode(Banner.Mode.OFF);
        application.setDefaultProperties(springProperties(settings));
        InitialRoot initialRoot = InitialRoot.of(environment);
        DataLock lock = DataLock.take(settings.data());
        ApplicationContextInitializer<GenericApplicationContext> given = context -> {
            context.getBeanFactory().registerSingleton("settings", settings);
            context.getBeanFactory().registerSingleton("initialRoot", initialRoot);
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
        if (settings.logFormat().equals("json")) {
            properties.put("logging.structured.format.console", "ecs");
        }
        return properties;
    }
}

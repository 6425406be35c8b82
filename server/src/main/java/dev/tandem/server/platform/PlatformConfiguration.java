package dev.tandem.server.platform;

import dev.tandem.server.platform.http.OutgoingHttp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Clock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import tools.jackson.databind.json.JsonMapper;

/** Puts the parts of the platform together. */
@Configuration(proxyBeanMethods = false)
class PlatformConfiguration {

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    ServerUrls serverUrls(Settings settings) {
        return new ServerUrls(settings);
    }

    @Bean
    Databases.Opened opened(Settings settings, JsonMapper json) throws IOException {
        Files.createDirectories(settings.data());
        return Databases.open(settings, json);
    }

    // Once made, databaseResource is seen to be a Database too.
    @Bean(destroyMethod = "")
    @Primary
    Database database(Databases.Opened opened) {
        return opened.database();
    }

    @Bean(destroyMethod = "close")
    AutoCloseable databaseResource(Databases.Opened opened, ObjectProvider<DataLock> lock) {
        // Not the database itself: there is to be one bean of its type. The folder is free once nobody writes to it.
        return () -> {
            opened.resource().close();
            lock.ifAvailable(PlatformConfiguration::release);
        };
    }

    private static void release(DataLock lock) {
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the lock on the data folder", e);
        }
    }

    @Bean
    ObjectStore objectStore(Settings settings) throws IOException {
        return new FolderObjectStore(settings.data().resolve("objects"));
    }

    @Bean
    OutgoingHttp outgoingHttp(Settings settings) {
        return new OutgoingHttp(settings.outgoingAllow());
    }

    @Bean
    SecretBox secretBox(Settings settings) throws IOException {
        Files.createDirectories(settings.data());
        return SecretBox.open(settings.data().resolve("secret.key"));
    }

    @Bean
    TaskExecutor durableTaskExecutor(
            Databases.Opened opened,
            JsonMapper json,
            ObjectProvider<EventListener<?>> listeners,
            ObjectProvider<DurableTask<?>> durable,
            ObjectProvider<RecurringTask> recurring) {
        return new TaskExecutor(
                opened.tasks(),
                opened.taskConnections(),
                json,
                listeners.orderedStream().toList(),
                durable.orderedStream().toList(),
                recurring.orderedStream().toList());
    }
}

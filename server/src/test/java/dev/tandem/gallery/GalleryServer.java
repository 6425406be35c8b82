package dev.tandem.gallery;

import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.live.Heartbeat;
import dev.tandem.server.platform.live.TopicGuard;
import dev.tandem.server.platform.web.InstanceSection;
import dev.tandem.server.platform.web.PaletteEntry;
import dev.tandem.server.platform.web.PaletteSource;
import dev.tandem.server.platform.web.ProjectSection;
import dev.tandem.server.platform.web.Text;
import dev.tandem.server.platform.web.Viewer;
import dev.tandem.server.platform.web.Viewers;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.resolve.DirectoryCodeResolver;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;

/**
 * Starts the face with sample pages in place of the other packages. Templates are compiled when first used, so this is
 * also the place to work on them: {@code main} serves on port 8090.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@ComponentScan({"dev.tandem.server.platform.web", "dev.tandem.server.platform.live", "dev.tandem.gallery"})
public class GalleryServer {
    /** The policy of the real server's pages. */
    static final String POLICY =
            "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    public static void main(String[] arguments) {
        start(8090);
    }

    /** Port 0 takes a free one; {@code local.server.port} of the environment tells which. */
    static ConfigurableApplicationContext start(int port) {
        SpringApplication application = new SpringApplication(GalleryServer.class);
        application.setDefaultProperties(Map.of("server.address", "127.0.0.1"));
        return application.run("--server.port=" + port, "--logging.level.root=warn");
    }

    /** Tests wait until the server notices tabs that were closed. */
    @Bean
    Heartbeat heartbeat() {
        return new Heartbeat(Duration.ofMillis(200));
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    @Primary
    TemplateEngine galleryTemplates() {
        Path module = Path.of(System.getProperty("tandem.root", "."), "server");
        return TemplateEngine.create(
                new TwoFolders(
                        new DirectoryCodeResolver(module.resolve("src/test/jte")),
                        new DirectoryCodeResolver(module.resolve("src/main/jte"))),
                // Two classes that are tested at the same time would write the same files.
                module.resolve(
                        "target/gallery-templates/" + ProcessHandle.current().pid()),
                ContentType.Html,
                GalleryServer.class.getClassLoader(),
                "dev.tandem.gallery.templates");
    }

    @Bean
    SecurityFilterChain everybodyMayLook(HttpSecurity http) {
        return http.authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .csrf(csrf -> csrf.disable())
                .headers(headers -> headers.contentSecurityPolicy(policy -> policy.policyDirectives(POLICY)))
                .build();
    }

    @Bean
    Viewers viewers() {
        return request -> request.getParameter("nobody") != null
                ? Viewer.NOBODY
                : new Viewer("root", "Administrator", true, null, () -> "token-of-the-gallery");
    }

    @Bean
    TopicGuard pipelineGuard() {
        return guard("pipeline");
    }

    @Bean
    TopicGuard jobGuard() {
        return guard("job");
    }

    private static TopicGuard guard(String kind) {
        return new TopicGuard() {
            @Override
            public String kind() {
                return kind;
            }

            @Override
            public boolean mayWatch(HttpServletRequest request, String name) {
                return !name.equals("secret");
            }
        };
    }

    @Bean
    PaletteSource projects() {
        return (request, query, project) -> List.of(
                new PaletteEntry(
                        Text.plain("root/payments"), Text.plain("project"), "/gallery?project=payments", "code"),
                new PaletteEntry(
                        Text.plain("root/<b>bold</b>"), Text.plain("project"), "/gallery?project=bold", "code"));
    }

    @Bean
    InstanceSection users() {
        return new InstanceSection(
                "platform.nav.account", "members", "/-/admin/users", 100, InstanceSection.Audience.ADMINISTRATORS);
    }

    @Bean
    ProjectSection overview() {
        return new ProjectSection("overview", "gallery.overview", "overview", "", 10, 'o', Permission.READ_PROJECT);
    }

    @Bean
    ProjectSection files() {
        return new ProjectSection(
                "files", "gallery.files", "folder", "/-/tree/main", 100, 'f', Permission.READ_PROJECT);
    }

    @Bean
    ProjectSection commits() {
        return new ProjectSection(
                "commits", "gallery.commits", "commit", "/-/commits/main", 110, 'c', Permission.READ_PROJECT);
    }

    @Bean
    ProjectSection pipelines() {
        return new ProjectSection(
                "pipelines", "gallery.pipelines", "pipeline", "/-/pipelines", 200, 'p', Permission.READ_PROJECT);
    }

    @Bean
    ProjectSection environments() {
        return new ProjectSection(
                "environments",
                "gallery.environments",
                "environment",
                "/-/environments",
                300,
                'e',
                Permission.READ_PROJECT);
    }

    @Bean
    ProjectSection settings() {
        return new ProjectSection(
                "settings", "gallery.settings", "settings", "/-/settings", 900, 's', Permission.READ_PROJECT);
    }
}

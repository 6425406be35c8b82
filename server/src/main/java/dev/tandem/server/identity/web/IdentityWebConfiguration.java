package dev.tandem.server.identity.web;

import dev.tandem.server.identity.Access;
import dev.tandem.server.identity.Actor;
import dev.tandem.server.identity.Namespaces;
import dev.tandem.server.identity.ProjectDirectory;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.web.GroupRights;
import dev.tandem.server.platform.web.GroupSection;
import dev.tandem.server.platform.web.InstanceSection;
import dev.tandem.server.platform.web.InstanceSection.Audience;
import dev.tandem.server.platform.web.ProjectRights;
import dev.tandem.server.platform.web.ProjectSection;
import dev.tandem.server.platform.web.Viewer;
import dev.tandem.server.platform.web.Viewers;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Puts identity into Spring MVC and tells the face who looks. */
@Configuration(proxyBeanMethods = false)
class IdentityWebConfiguration {

    @Bean
    WebMvcConfigurer identityMvc(AccessInterceptor interceptor, IdentityArguments arguments) {
        return new WebMvcConfigurer() {
            @Override
            public void addInterceptors(InterceptorRegistry registry) {
                registry.addInterceptor(interceptor).order(Integer.MIN_VALUE);
            }

            @Override
            public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
                resolvers.add(arguments);
            }
        };
    }

    @Bean
    ProjectSection membersSection() {
        return new ProjectSection(
                "members", "identity.nav.members", "members", "/-/project_members", 910, 'm', Permission.READ_PROJECT);
    }

    @Bean
    InstanceSection profileSection() {
        return new InstanceSection("identity.nav.profile", "user", ProfilePages.PATH, 95, Audience.SIGNED_IN);
    }

    @Bean
    GroupSection groupOverviewSection() {
        return new GroupSection("overview", "identity.groups.overview", "folder", "", 100, Permission.READ_GROUP);
    }

    @Bean
    GroupSection groupMembersSection() {
        return new GroupSection(
                "members", "identity.nav.members", "members", MemberPages.GROUP, 910, Permission.READ_GROUP);
    }

    @Bean
    GroupSection groupSettingsSection() {
        return new GroupSection(
                "settings", "identity.groups.settings", "settings", GroupPages.SETTINGS, 920, Permission.MANAGE_GROUP);
    }

    @Bean
    InstanceSection groupsSection() {
        return new InstanceSection("identity.nav.groups", "folder", GroupPages.LIST, 90, Audience.SIGNED_IN);
    }

    @Bean
    InstanceSection tokensSection() {
        return new InstanceSection("identity.nav.tokens", "key", TokenPages.PATH, 100, Audience.SIGNED_IN);
    }

    @Bean
    InstanceSection keysSection() {
        return new InstanceSection("identity.nav.keys", "key", SshKeyPages.PATH, 105, Audience.SIGNED_IN);
    }

    @Bean
    InstanceSection sessionsSection() {
        return new InstanceSection("identity.nav.sessions", "user", SessionPages.PATH, 110, Audience.SIGNED_IN);
    }

    @Bean
    InstanceSection passwordSection() {
        return new InstanceSection("identity.nav.password", "lock", PasswordPages.PATH, 120, Audience.SIGNED_IN);
    }

    @Bean
    InstanceSection twoFactorSection() {
        return new InstanceSection("identity.nav.two-factor", "lock", TwoFactorPages.PATH, 125, Audience.SIGNED_IN);
    }

    @Bean
    InstanceSection passkeysSection() {
        return new InstanceSection("identity.passkey.title", "key", PasskeyPages.PATH, 126, Audience.SIGNED_IN);
    }

    @Bean
    InstanceSection identitiesSection() {
        return new InstanceSection(
                "identity.provider.connections", "external", ProviderPages.PATH, 128, Audience.SIGNED_IN);
    }

    @Bean
    InstanceSection providersSection() {
        return new InstanceSection(
                "identity.provider.title", "external", ProviderAdminPages.PATH, 205, Audience.ADMINISTRATORS);
    }

    @Bean
    InstanceSection usersSection() {
        return new InstanceSection("identity.nav.users", "members", UserPages.PATH, 200, Audience.ADMINISTRATORS);
    }

    @Bean
    InstanceSection auditSection() {
        return new InstanceSection("identity.nav.audit", "audit", AuditPage.PATH, 210, Audience.ADMINISTRATORS);
    }

    @Bean
    Viewers viewers(Callers callers) {
        return request -> viewer(request, callers.lenient(request));
    }

    @Bean
    ProjectRights projectRights(Callers callers, Access access, ObjectProvider<ProjectDirectory> projects) {
        return (request, projectId) -> Optional.ofNullable(projects.getIfAvailable())
                .flatMap(directory -> directory.find(Long.toString(projectId)))
                .map(project -> access.held(callers.actor(request), project))
                .orElse(Set.of());
    }

    @Bean
    GroupRights groupRights(Callers callers, Access access, Namespaces namespaces) {
        return (request, groupId) -> namespaces
                .find(groupId)
                .map(group -> access.held(callers.actor(request), group))
                .orElse(Set.of());
    }

    private static Viewer viewer(HttpServletRequest request, Caller.Known caller) {
        Locale locale = caller.language()
                .or(() -> Requests.cookie(request, Cookies.LANGUAGE))
                .flatMap(Languages::of)
                .orElse(null);
        if (caller.actor() instanceof Actor.Person person) {
            return new Viewer(
                    person.user().username(),
                    person.user().name(),
                    person.user().admin(),
                    locale,
                    () -> formToken(request));
        }
        return new Viewer(null, null, false, locale, () -> formToken(request));
    }

    private static @Nullable String formToken(HttpServletRequest request) {
        return Optional.ofNullable(request.getAttribute(CsrfToken.class.getName()))
                .map(token -> ((CsrfToken) token).getToken())
                .orElse(null);
    }
}

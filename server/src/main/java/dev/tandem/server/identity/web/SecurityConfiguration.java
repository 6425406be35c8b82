package dev.tandem.server.identity.web;

import dev.tandem.server.platform.ServerUrls;
import dev.tandem.server.platform.web.PagePolicy;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.firewall.RequestRejectedHandler;
import org.springframework.security.web.firewall.StrictHttpFirewall;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;

/**
 * One filter chain for everything: response headers, form tokens, the firewall. Who may do what is not decided here but
 * by {@link AccessInterceptor}, where the handler and its permission are known.
 */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {
    @Bean
    SecurityFilterChain filters(HttpSecurity http, FormTokens formTokens, FaultResponses faults, ServerUrls urls) {
        return http.csrf(csrf -> csrf.csrfTokenRepository(formTokens)
                        .requireCsrfProtectionMatcher(SecurityConfiguration::couldBeForged))
                .headers(headers -> headers(headers, urls))
                .exceptionHandling(errors -> errors.accessDeniedHandler((request, response, denied) ->
                        faults.write(request, response, 403, "identity.error.form-token")))
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .anonymous(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .securityContext(AbstractHttpConfigurer::disable)
                .servletApi(AbstractHttpConfigurer::disable)
                .build();
    }

    /** Only what a browser sends along by itself can be abused by another site: our cookies. */
    private static boolean couldBeForged(HttpServletRequest request) {
        if (Requests.isSafe(request) || Requests.isGit(request) || Requests.hasTokenHeader(request)) {
            return false;
        }
        return !Requests.isApi(request)
                || Requests.cookie(request, Cookies.SESSION).isPresent();
    }

    private static void headers(HeadersConfigurer<HttpSecurity> headers, ServerUrls urls) {
        headers.contentSecurityPolicy(policy -> policy.policyDirectives(PagePolicy.USUAL))
                .referrerPolicy(referrer -> referrer.policy(ReferrerPolicy.SAME_ORIGIN))
                // Each kind of response sets its own; a page is never kept, an asset for ever.
                .cacheControl(HeadersConfigurer.CacheControlConfig::disable);
        boolean named = urls.isSecure() && urls.configured().isPresent();
        headers.httpStrictTransportSecurity(strict -> {
            if (named) {
                // Services of the same domain may speak HTTP.
                strict.requestMatcher(request -> true).includeSubDomains(false);
            } else {
                // Not for localhost, which other programs of the machine share.
                strict.disable();
            }
        });
    }

    /** API addresses hold encoded paths as one segment: {@code /api/v4/projects/root%2Fshop/repository/files/a%2Eb}. */
    @Bean
    StrictHttpFirewall firewall() {
        StrictHttpFirewall firewall = new StrictHttpFirewall();
        firewall.setAllowUrlEncodedSlash(true);
        firewall.setAllowUrlEncodedDoubleSlash(true);
        firewall.setAllowUrlEncodedPeriod(true);
        firewall.setAllowUrlEncodedPercent(true);
        firewall.setAllowSemicolon(true);
        return firewall;
    }

    @Bean
    RequestRejectedHandler rejectedRequests(FaultResponses faults) {
        return (request, response, rejected) -> faults.write(request, response, 400, null);
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> encodedSlashes() {
        return factory -> factory.addConnectorCustomizers(connector -> {
            // Decoding happens per segment, in Spring's path patterns.
            connector.setEncodedSolidusHandling("passthrough");
        });
    }
}

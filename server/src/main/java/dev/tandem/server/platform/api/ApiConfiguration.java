package dev.tandem.server.platform.api;

import java.time.Instant;
import java.util.List;
import org.springframework.boot.http.converter.autoconfigure.ServerHttpMessageConvertersCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.MediaType;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.ContentNegotiationConfigurer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/** Puts the shared plumbing of REST resources into Spring MVC. */
@Configuration(proxyBeanMethods = false)
class ApiConfiguration {

    @Bean
    WebMvcConfigurer apiMvc(JsonMapper json) {
        ParameterReader reader = new ParameterReader(json);
        return new WebMvcConfigurer() {
            @Override
            public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
                resolvers.add(new ParametersArgument(reader));
            }

            @Override
            public void configureContentNegotiation(ContentNegotiationConfigurer negotiation) {
                // Clients ask for the wrong thing (JSON for logs), so what a resource is decides, not what is asked
                // for.
                negotiation.ignoreAcceptHeader(true).defaultContentType(MediaType.APPLICATION_JSON);
            }
        };
    }

    /** JSON of HTTP replies: every {@link Instant} in the shape of {@link ApiTimes}. */
    @Bean
    ServerHttpMessageConvertersCustomizer apiJson(JsonMapper json) {
        JsonMapper times = json.rebuild()
                .addModule(new SimpleModule("api-times").addSerializer(Instant.class, new InstantSerializer()))
                .build();
        return converters -> converters.withJsonConverter(new JacksonJsonHttpMessageConverter(times));
    }

    private static final class InstantSerializer extends StdSerializer<Instant> {
        InstantSerializer() {
            super(Instant.class);
        }

        @Override
        public void serialize(Instant value, JsonGenerator generator, SerializationContext context) {
            generator.writeString(ApiTimes.format(value));
        }
    }
}

package dev.tandem.server.platform;

import java.net.InetAddress;
import java.util.Arrays;
import org.apache.catalina.connector.Connector;
import org.apache.tomcat.util.threads.VirtualThreadExecutor;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Beside a port that speaks HTTPS there is one without TLS that only this machine reaches: the built-in runner and its jobs
 * need not believe the certificate of a name that is not theirs.
 */
@Configuration(proxyBeanMethods = false)
class TlsConfiguration {
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> plainPort(Settings settings) {
        return factory -> {
            if (settings.tls()) {
                Connector plain = new Connector(TomcatServletWebServerFactory.DEFAULT_PROTOCOL);
                plain.setPort(0);
                plain.setProperty("address", InetAddress.getLoopbackAddress().getHostAddress());
                // As application.properties and identity say it of the other one, which alone reads them.
                plain.setEncodedSolidusHandling("passthrough");
                plain.setProperty("relaxedQueryChars", "[,]");
                plain.getProtocolHandler().setExecutor(new VirtualThreadExecutor("plain-"));
                factory.addAdditionalConnectors(plain);
            }
        };
    }

    @Bean
    ApplicationListener<WebServerInitializedEvent> realPorts(ServerUrls urls) {
        return event -> {
            int port = event.getWebServer().getPort();
            urls.listening(port, plain(event, port));
        };
    }

    private static int plain(WebServerInitializedEvent event, int port) {
        if (!(event.getWebServer() instanceof TomcatWebServer tomcat)) {
            return port;
        }
        return Arrays.stream(tomcat.getTomcat().getService().findConnectors())
                .mapToInt(Connector::getLocalPort)
                .filter(other -> other != port)
                .findFirst()
                .orElse(port);
    }
}

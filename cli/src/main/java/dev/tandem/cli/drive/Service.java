package dev.tandem.cli.drive;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** A deployed service as its users reach it: by its host name, through the proxy. */
public final class Service {
    /**
     * Lets requests of this process name a host of their own. Names below localhost resolve in browsers, but not in every C
     * library: so we call loopback and name the host. To be called before the process makes its first HTTP client.
     */
    public static void allowHostHeader() {
        System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host");
    }

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final URI url;

    public Service(URI url) {
        this.url = url;
    }

    public URI url() {
        return url;
    }

    public HttpRequest request() {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + url.getPort() + "/"))
                .header("Host", url.getAuthority())
                .timeout(Duration.ofSeconds(10))
                .build();
    }

    /** The body of its start page. */
    public String ask() throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(request(), BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new StepFailed(url + " answered " + response.statusCode() + ": " + response.body());
        }
        return response.body().strip();
    }
}

package dev.tandem.server.build.web;

import dev.tandem.server.build.artifacts.JobArtifacts;
import dev.tandem.server.build.store.ArtifactRecord;
import dev.tandem.server.platform.api.ApiException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;

/** Sends what jobs wrote so that no browser runs it. */
final class Downloads {
    private Downloads() {}

    static void head(HttpServletResponse response, String filename, long sizeBytes) {
        response.setContentType("application/octet-stream");
        response.setContentLengthLong(sizeBytes);
        response.setHeader(
                "Content-Disposition", "attachment; filename=\"" + filename.replaceAll("[^A-Za-z0-9._ -]", "_") + "\"");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Content-Security-Policy", "sandbox; default-src 'none'");
    }

    static void send(HttpServletResponse response, JobArtifacts artifacts, ArtifactRecord artifact) throws IOException {
        try (InputStream content = artifacts.open(artifact).orElseThrow(() -> ApiException.notFound("Artifacts"))) {
            head(response, artifact.filename(), artifact.sizeBytes());
            content.transferTo(response.getOutputStream());
        }
    }
}

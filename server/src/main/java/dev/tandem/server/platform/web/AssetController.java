package dev.tandem.server.platform.web;

import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/** Serves the static files. */
@Controller
class AssetController {
    private final Assets assets;

    AssetController(Assets assets) {
        this.assets = assets;
    }

    /** An address with an old hash (a page from before an update) still gets the file of today, but may not keep it. */
    @Requires(Permission.ANYONE)
    @GetMapping("/assets/{hash}/{name}")
    void asset(
            @PathVariable String hash,
            @PathVariable String name,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        Optional<Assets.Asset> found = assets.find(name);
        if (found.isEmpty()) {
            response.setStatus(HttpServletResponse.SC_NOT_FOUND);
            return;
        }
        boolean current = hash.equals(assets.hash());
        response.setHeader("Cache-Control", current ? "public, max-age=31536000, immutable" : "no-cache");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Vary", "Accept-Encoding");
        send(found.get(), request, response);
    }

    private static void send(Assets.Asset asset, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        String accepted = request.getHeader("Accept-Encoding");
        boolean gzip = accepted != null && accepted.contains("gzip");
        byte[] body = gzip ? asset.gzip() : asset.plain();
        response.setContentType(asset.contentType());
        response.setContentLength(body.length);
        if (gzip) {
            response.setHeader("Content-Encoding", "gzip");
        }
        response.getOutputStream().write(body);
    }
}

package dev.tandem.server.deliver.web;

import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

/** {@code tandem deploy} and {@code tandem rollback} for job images without Java, as a shell script. */
@Controller
class ScriptPage {

    @Requires(Permission.ANYONE)
    @GetMapping("/-/tandem.sh")
    void script(HttpServletResponse response) throws IOException {
        response.setContentType("text/plain;charset=UTF-8");
        response.setHeader("Cache-Control", "no-cache");
        try (InputStream script = Objects.requireNonNull(
                ScriptPage.class.getResourceAsStream("/deliver/tandem.sh"), "the script is part of the server")) {
            script.transferTo(response.getOutputStream());
        }
    }
}

package dev.tandem.server.platform.web;

import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseBody;

/** Answers the palette; each source checks what the viewer may see. */
@Controller
class PaletteController {
    private static final int LONGEST_QUERY = 100;
    private static final int MOST = 100;

    /** One line of the palette, in the viewer's language. */
    record Line(String label, String where, String href, String icon) {}

    private final ObjectProvider<PaletteSource> sources;
    private final PageRenderer renderer;

    PaletteController(ObjectProvider<PaletteSource> sources, PageRenderer renderer) {
        this.sources = sources;
        this.renderer = renderer;
    }

    @Requires(Permission.ANYONE)
    @ResponseBody
    @GetMapping(value = "/-/palette", produces = "application/json")
    List<Line> find(
            @RequestParam(name = "q", defaultValue = "") String q,
            @RequestParam(required = false) @Nullable String project,
            HttpServletRequest request) {
        String query = q.strip().substring(0, Math.min(LONGEST_QUERY, q.strip().length()));
        Messages messages = renderer.messages(request);
        return sources.stream()
                .flatMap(source -> source.find(request, query, project).stream())
                .limit(MOST)
                .map(entry -> new Line(
                        messages.text(entry.label()), messages.text(entry.where()), entry.href(), entry.icon()))
                .toList();
    }
}

package dev.tandem.server.identity.web;

import dev.tandem.server.identity.Audit;
import dev.tandem.server.identity.AuditEvent;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.Paging;
import dev.tandem.server.platform.web.Page;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Writer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Who did what, for administrators. */
@Controller
public final class AuditPage {
    static final String PATH = "/-/admin/audit";

    private static final String EXPORT = PATH + "/export.csv";

    /** Read from the database at a time, and at most in one file. */
    private static final int PIECE = 1000;

    private static final int MOST = 1_000_000;

    private final Audit audit;

    AuditPage(Audit audit) {
        this.audit = audit;
    }

    public record Model(List<AuditEvent> events, Audit.Filter filter, Pager pager) {
        /** Address of all that the filter lets through, as a file. */
        public String export() {
            return EXPORT + "?actor=" + encoded(filter.actor()) + "&action=" + encoded(filter.action()) + "&target="
                    + encoded(filter.target());
        }

        private static String encoded(String text) {
            return URLEncoder.encode(text, StandardCharsets.UTF_8);
        }
    }

    @Requires(Permission.ADMINISTER)
    @GetMapping(PATH)
    Page list(
            @RequestParam(defaultValue = "") String actor,
            @RequestParam(defaultValue = "") String action,
            @RequestParam(defaultValue = "") String target,
            @RequestParam(defaultValue = "1") int page) {
        Audit.Filter filter = new Audit.Filter(actor.strip(), action.strip(), target.strip());
        Paging paging = Pager.paging(page);
        Pager pager = Pager.of(
                paging,
                audit.count(filter),
                PATH,
                "actor",
                filter.actor(),
                "action",
                filter.action(),
                "target",
                filter.target());
        return new Page(
                "identity/audit.jte", new Model(audit.list(filter, paging.offset(), paging.limit()), filter, pager));
    }

    /** All events that the filter lets through, newest first, as a file for spreadsheets. */
    @Requires(Permission.ADMINISTER)
    @GetMapping(EXPORT)
    void export(
            @RequestParam(defaultValue = "") String actor,
            @RequestParam(defaultValue = "") String action,
            @RequestParam(defaultValue = "") String target,
            HttpServletResponse response)
            throws IOException {
        Audit.Filter filter = new Audit.Filter(actor.strip(), action.strip(), target.strip());
        response.setContentType("text/csv;charset=UTF-8");
        response.setHeader("Content-Disposition", "attachment; filename=\"audit.csv\"");
        response.setHeader("Cache-Control", "no-store");
        Writer out = response.getWriter();
        out.write("id,time,actor,action,target,detail\r\n");
        long before = Long.MAX_VALUE;
        for (int written = 0; written < MOST; written += PIECE) {
            List<AuditEvent> piece = audit.listBefore(filter, before, PIECE);
            for (AuditEvent event : piece) {
                out.write(line(event));
            }
            if (piece.size() < PIECE) {
                return;
            }
            before = piece.getLast().id();
        }
    }

    private static String line(AuditEvent event) {
        return String.join(
                        ",",
                        Long.toString(event.id()),
                        event.at().toString(),
                        quoted(event.actor()),
                        quoted(event.action()),
                        quoted(event.target()),
                        quoted(event.detail()))
                + "\r\n";
    }

    /** As RFC 4180 has it; what a spreadsheet would take for a formula is made a text. */
    private static String quoted(String text) {
        boolean formula = !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0;
        return "\"" + (formula ? "'" : "") + text.replace("\"", "\"\"") + "\"";
    }
}

package dev.tandem.server.identity.web;

import dev.tandem.server.identity.Audit;
import dev.tandem.server.identity.AuditEvent;
import dev.tandem.server.platform.access.Permission;
import dev.tandem.server.platform.access.Requires;
import dev.tandem.server.platform.api.Paging;
import dev.tandem.server.platform.web.Page;
import java.util.List;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Who did what, for administrators. */
@Controller
public final class AuditPage {
    static final String PATH = "/-/admin/audit";

    private final Audit audit;

    AuditPage(Audit audit) {
        this.audit = audit;
    }

    public record Model(List<AuditEvent> events, Audit.Filter filter, Pager pager) {}

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
}

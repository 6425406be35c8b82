package dev.tandem.pipeline.plan;

import static dev.tandem.pipeline.plan.Values.join;

import dev.tandem.pipeline.syntax.Node;
import dev.tandem.pipeline.syntax.Node.Mapping;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@code pages}, once {@link RemoteKeywords} has reported the faults of its shape. */
final class PagesReader {
    private static final String FOLDER = "public";

    private final Values values;

    PagesReader(Values values) {
        this.values = values;
    }

    /** Null when the job publishes nothing. A job that is named {@code pages} does unless it says otherwise. */
    @Nullable
    Pages read(String name, Mapping job, String path) {
        Node node = job.get("pages");
        String at = join(path, "pages");
        String folder = values.nonEmptyText(job.get("publish"), join(path, "publish"));
        if (node instanceof Mapping pages) {
            String publish = values.nonEmptyText(pages.get("publish"), join(at, "publish"));
            String prefix = values.text(pages.get("path_prefix"), join(at, "path_prefix"));
            return new Pages(
                    Objects.requireNonNullElse(publish, Objects.requireNonNullElse(folder, FOLDER)),
                    prefix == null ? "" : prefix,
                    values.durationText(pages.get("expire_in"), join(at, "expire_in"), true));
        }
        boolean published =
                node == null ? name.equals("pages") && job.get("script") != null : values.flag(node, at, true);
        return published ? new Pages(Objects.requireNonNullElse(folder, FOLDER), "", null) : null;
    }

    /** The artifacts of a job that publishes: its folder is among them, as in GitLab. */
    static @Nullable Artifacts with(@Nullable Artifacts artifacts, @Nullable Pages pages) {
        if (pages == null || (artifacts != null && artifacts.paths().contains(pages.publish()))) {
            return artifacts;
        }
        if (artifacts == null) {
            return new Artifacts(
                    null, List.of(pages.publish()), List.of(), false, null, null, "on_success", "all", Map.of());
        }
        List<String> paths = new ArrayList<>(artifacts.paths());
        paths.add(pages.publish());
        return new Artifacts(
                artifacts.name(),
                paths,
                artifacts.exclude(),
                artifacts.untracked(),
                artifacts.exposeAs(),
                artifacts.expireIn(),
                artifacts.when(),
                artifacts.access(),
                artifacts.reports());
    }
}

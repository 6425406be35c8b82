package dev.tandem.pipeline.plan;

import static dev.tandem.pipeline.plan.Values.join;

import dev.tandem.pipeline.syntax.Node;
import dev.tandem.pipeline.syntax.Node.Mapping;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code release} and {@code id_tokens}, once {@link RemoteKeywords} has reported the faults of their shape. */
final class ReleaseReader {
    private final Values values;

    ReleaseReader(Values values) {
        this.values = values;
    }

    /** Null when there is none, or an unfinished one. */
    @Nullable
    Release release(@Nullable Node node, String path) {
        if (!(node instanceof Mapping release)) {
            return null;
        }
        String tagName = values.nonEmptyText(release.get("tag_name"), join(path, "tag_name"));
        String description = values.nonEmptyText(release.get("description"), join(path, "description"));
        if (tagName == null || description == null) {
            return null;
        }
        if (release.get("milestones") != null) {
            String at = join(path, "milestones");
            values.notEvaluated(release.keyMark("milestones"), at, "'milestones'", "projects have no milestones");
        }
        return new Release(
                tagName,
                values.text(release.get("tag_message"), join(path, "tag_message")),
                description,
                values.text(release.get("name"), join(path, "name")),
                values.text(release.get("ref"), join(path, "ref")),
                values.text(release.get("released_at"), join(path, "released_at")),
                links(release.get("assets"), join(path, "assets:links")));
    }

    private List<Release.Link> links(@Nullable Node assets, String path) {
        List<Release.Link> links = new ArrayList<>();
        Node list = assets instanceof Mapping mapping ? mapping.get("links") : null;
        for (Node item : values.items(list, path)) {
            if (item instanceof Mapping link) {
                String name = values.nonEmptyText(link.get("name"), join(path, "name"));
                String url = values.nonEmptyText(link.get("url"), join(path, "url"));
                String type = values.text(link.get("link_type"), join(path, "link_type"));
                if (name != null && url != null) {
                    links.add(new Release.Link(
                            name,
                            url,
                            values.text(link.get("filepath"), join(path, "filepath")),
                            type == null ? "other" : type));
                }
            }
        }
        return links;
    }

    /** Audiences as written, by the name of the variable. */
    Map<String, List<String>> idTokens(@Nullable Node node, String path) {
        Map<String, List<String>> tokens = new LinkedHashMap<>();
        if (node instanceof Mapping all) {
            all.entries().forEach((name, entry) -> {
                if (entry.value() instanceof Mapping token && token.get("aud") != null) {
                    tokens.put(name, values.texts(token.get("aud"), join(path, name + ":aud"), true));
                }
            });
        }
        return tokens;
    }
}

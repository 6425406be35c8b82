package dev.tandem.server.operate;

import dev.tandem.server.code.FileTooLargeException;
import dev.tandem.server.code.Repositories;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.springframework.stereotype.Component;

/** What a service says of itself in its {@code catalog-info.yaml}, Backstage's file. Bounded; what is wrong is left out. */
@Component
final class Catalog {
    private static final Logger LOG = LoggerFactory.getLogger(Catalog.class);
    private static final String FILE = "catalog-info.yaml";
    private static final long LARGEST = 64 * 1024;
    private static final int MOST = 20;
    private static final int LONGEST = 200;

    private final Repositories repositories;

    Catalog(Repositories repositories) {
        this.repositories = repositories;
    }

    /**
     * @param owner as the file has it, without its kind; null when it says nothing
     * @param dependsOn names of other components
     * @param links titles and addresses: runbooks, dashboards
     */
    record Entry(@Nullable String owner, List<String> dependsOn, List<Link> links) {
        static final Entry NONE = new Entry(null, List.of(), List.of());
    }

    /** Only http and https addresses. */
    record Link(String title, String url) {}

    Entry of(long projectId, String sha) {
        try {
            return repositories
                    .file(projectId, sha, FILE, LARGEST)
                    .map(bytes -> read(new String(bytes, StandardCharsets.UTF_8)))
                    .orElse(Entry.NONE);
        } catch (FileTooLargeException e) {
            LOG.debug("a {} is too large", FILE, e);
            return Entry.NONE;
        }
    }

    static Entry read(String yaml) {
        try {
            LoadSettings settings = LoadSettings.builder()
                    .setCodePointLimit(Math.toIntExact(LARGEST))
                    .setMaxAliasesForCollections(10)
                    .build();
            for (Object document : new Load(settings).loadAllFromString(yaml)) {
                if (document instanceof Map<?, ?> map && "Component".equals(map.get("kind"))) {
                    return entry(map);
                }
            }
        } catch (YamlEngineException e) {
            LOG.debug("a {} cannot be read", FILE, e);
        }
        return Entry.NONE;
    }

    private static Entry entry(Map<?, ?> document) {
        Map<?, ?> spec = document.get("spec") instanceof Map<?, ?> map ? map : Map.of();
        Map<?, ?> metadata = document.get("metadata") instanceof Map<?, ?> map ? map : Map.of();
        List<String> dependsOn = list(spec.get("dependsOn")).stream()
                .filter(String.class::isInstance)
                .map(name -> name((String) name))
                .filter(name -> !name.isEmpty())
                .toList();
        List<Link> links = new ArrayList<>();
        for (Object item : list(metadata.get("links"))) {
            if (item instanceof Map<?, ?> link
                    && link.get("url") instanceof String url
                    && url.matches("https?://\\S{1,500}")) {
                links.add(new Link(text(Objects.requireNonNullElse(link.get("title"), url)), url));
            }
        }
        return new Entry(spec.get("owner") instanceof String owner ? name(owner) : null, dependsOn, links);
    }

    private static List<?> list(@Nullable Object value) {
        return value instanceof List<?> list ? list.subList(0, Math.min(MOST, list.size())) : List.of();
    }

    /** {@code component:default/payments} is {@code payments}. Other kinds than components have no deployments here. */
    private static String name(String reference) {
        String name = text(reference);
        int kind = name.indexOf(':');
        if (kind >= 0 && !List.of("component", "group", "user").contains(name.substring(0, kind))) {
            return "";
        }
        name = name.substring(kind + 1);
        return name.startsWith("default/") ? name.substring("default/".length()) : name;
    }

    private static String text(Object value) {
        return Texts.cut(value.toString().strip(), LONGEST);
    }
}

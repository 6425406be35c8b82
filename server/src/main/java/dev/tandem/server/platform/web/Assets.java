package dev.tandem.server.platform.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/**
 * The static files, read once on first use and kept in memory, plain and compressed (some 200 kB together). Their
 * addresses hold a hash over all of them, {@code /assets/<hash>/app.js}: browsers may keep them for ever, and modules
 * find each other by relative imports without a build step. Safe for use by many threads.
 */
final class Assets {
    private static final String FOLDER = "static/assets/";
    private static final Map<String, String> TYPES = Map.of(
            "css", "text/css;charset=UTF-8",
            "js", "text/javascript;charset=UTF-8",
            "svg", "image/svg+xml",
            "json", "application/json");

    record Asset(String contentType, byte[] plain, byte[] gzip) {}

    private record Loaded(String hash, Map<String, Asset> files) {}

    private volatile @Nullable Loaded loaded;

    String url(String name) {
        return "/assets/" + loaded().hash() + "/" + name;
    }

    String hash() {
        return loaded().hash();
    }

    Optional<Asset> find(String name) {
        return Optional.ofNullable(loaded().files().get(name));
    }

    Map<String, Asset> all() {
        return loaded().files();
    }

    private Loaded loaded() {
        Loaded current = loaded;
        if (current == null) {
            synchronized (this) {
                current = loaded == null ? loaded = load() : loaded;
            }
        }
        return current;
    }

    private static Loaded load() {
        try {
            Map<String, Asset> files = new TreeMap<>();
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            Map<String, byte[]> contents = contents();
            contents.putAll(Favicons.of(contents.get("icons.svg")));
            contents.putAll(Libraries.files(Assets.class.getClassLoader()));
            contents.forEach((name, bytes) -> {
                digest.update(name.getBytes(StandardCharsets.UTF_8));
                digest.update(bytes);
                files.put(name, new Asset(type(name), bytes, gzip(bytes)));
            });
            return new Loaded(HexFormat.of().formatHex(digest.digest(), 0, 8), Map.copyOf(files));
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new IllegalStateException("cannot read the static files of this program", e);
        }
    }

    private static Map<String, byte[]> contents() throws IOException {
        Map<String, byte[]> contents = new TreeMap<>();
        PathMatchingResourcePatternResolver resolver =
                new PathMatchingResourcePatternResolver(Assets.class.getClassLoader());
        for (Resource resource : resolver.getResources("classpath*:" + FOLDER + "*")) {
            String name = resource.getFilename();
            if (name != null && TYPES.containsKey(extension(name))) {
                contents.putIfAbsent(name, resource.getContentAsByteArray());
            }
        }
        return contents;
    }

    private static String type(String name) {
        return TYPES.getOrDefault(extension(name), "application/octet-stream");
    }

    private static String extension(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static byte[] gzip(byte[] plain) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}

package dev.tandem.agent;

import dev.tandem.agent.protocol.RevisionSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Bundles as tests deploy them. */
record Bundle(byte[] bytes) {

    private static final String WEB =
            "web: exec java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx32m -cp classes dev.tandem.agent.SampleService\n";
    private static final String APP_JSON = """
            {"healthchecks": {"web": [
              {"type": "startup", "path": "/health", "attempts": 2, "wait": 4, "timeout": 2},
              {"type": "liveness", "path": "/health", "attempts": 2, "wait": 1, "timeout": 2}]}}
            """;

    static Bundle sample() throws IOException {
        return sample(WEB);
    }

    static Bundle sample(String procfile) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("Procfile", procfile.getBytes(StandardCharsets.UTF_8));
        files.put("app.json", APP_JSON.getBytes(StandardCharsets.UTF_8));
        files.put("classes/dev/tandem/agent/SampleService.class", classFile());
        return of(files);
    }

    static Bundle of(Map<String, byte[]> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                TarArchiveEntry entry = new TarArchiveEntry(file.getKey(), true);
                entry.setSize(file.getValue().length);
                tar.putArchiveEntry(entry);
                tar.write(file.getValue());
                tar.closeArchiveEntry();
            }
        }
        return new Bundle(bytes.toByteArray());
    }

    String sha256() throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    RevisionSpec revision(String id, Map<String, String> environment) throws Exception {
        return new RevisionSpec(id, sha256(), bytes.length, environment, 2);
    }

    private static byte[] classFile() throws IOException {
        try (InputStream in = SampleService.class.getResourceAsStream("SampleService.class")) {
            return in.readAllBytes();
        }
    }
}

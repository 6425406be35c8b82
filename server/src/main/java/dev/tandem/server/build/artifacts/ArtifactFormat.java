package dev.tandem.server.build.artifacts;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** How artifacts travel. */
public enum ArtifactFormat {
    ZIP,
    GZIP,
    RAW;

    private static final Set<String> GZIPPED =
            Set.of("junit", "metrics", "dotenv", "cobertura", "coverage_report", "jacoco", "cyclonedx", "annotations");

    public static Optional<ArtifactFormat> ofWire(String word) {
        for (ArtifactFormat format : values()) {
            if (format.wire().equals(word)) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }

    /** The one GitLab uses for a type of report. */
    public static ArtifactFormat ofReport(String type) {
        return GZIPPED.contains(type) ? GZIP : RAW;
    }

    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    public String defaultName(String type) {
        return switch (type) {
            case "junit" -> "junit.xml";
            case "dotenv" -> ".env";
            default -> type;
        };
    }
}

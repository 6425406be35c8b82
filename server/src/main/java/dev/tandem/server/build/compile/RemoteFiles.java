package dev.tandem.server.build.compile;

import dev.tandem.pipeline.syntax.IncludeSources;
import java.time.Duration;

/** Fetches files of the web that a configuration names, which a stranger may have written. */
public interface RemoteFiles {
    /**
     * The file, or why it cannot be had. Never throws for what the other side does.
     *
     * @param limitBytes longer files may be cut off after one byte more
     */
    IncludeSources.Answer get(String url, int limitBytes, Duration timeout);
}

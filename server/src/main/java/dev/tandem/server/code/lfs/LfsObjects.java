package dev.tandem.server.code.lfs;

import dev.tandem.server.platform.Database;
import dev.tandem.server.platform.ObjectStore;
import dev.tandem.server.platform.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** The large files of projects. Each project has its own. Safe for use by many threads. */
@Component
public class LfsObjects {
    private static final int BATCH = 500;
    private static final long MEGABYTE = 1024L * 1024;

    private final Database database;
    private final ObjectStore objects;
    private final Settings settings;
    private final Clock clock;

    LfsObjects(Database database, ObjectStore objects, Settings settings, Clock clock) {
        this.database = database;
        this.objects = objects;
        this.settings = settings;
        this.clock = clock;
    }

    public long largestBytes() {
        return settings.maxLfsObjectMegabytes() * MEGABYTE;
    }

    /** From each oid that the project has to its size. */
    public Map<String, Long> sizes(long projectId, Collection<String> oids) {
        Map<String, Long> sizes = new HashMap<>();
        List<String> all = new ArrayList<>(oids);
        for (int from = 0; from < all.size(); from += BATCH) {
            List<String> some = all.subList(from, Math.min(from + BATCH, all.size()));
            sizes.putAll(database.read(sql -> new LfsStore(sql).sizes(projectId, some)));
        }
        return sizes;
    }

    /** Whether the project has exactly this one. */
    public boolean has(long projectId, LfsPointer object) {
        return Long.valueOf(object.sizeBytes())
                .equals(sizes(projectId, List.of(object.oid())).get(object.oid()));
    }

    /**
     * Keeps a file when its content is what the pointer says. Safe to repeat.
     *
     * @throws ObjectStore.OtherContentException when it is not, and nothing is kept
     * @throws ObjectStore.TooLargeException when it is larger than {@link #largestBytes}
     */
    public void store(long projectId, LfsPointer object, InputStream content) throws IOException {
        if (object.sizeBytes() > largestBytes()) {
            throw new ObjectStore.TooLargeException(largestBytes());
        }
        // Noted first: what a crash leaves is found when the project goes.
        database.write(tx -> {
            new LfsStore(tx.sql()).announce(projectId, object, clock.instant());
            return object;
        });
        objects.put(key(projectId, object.oid()), content, object.sizeBytes(), object.oid());
        boolean isKept = database.write(tx -> new LfsStore(tx.sql()).stored(projectId, object, clock.instant()));
        if (!isKept) {
            objects.delete(key(projectId, object.oid()));
            throw new IOException("the project was deleted");
        }
    }

    /** Opens a file of the project; the caller closes it. Empty when the project has no such file of this size. */
    public Optional<InputStream> open(long projectId, LfsPointer object) throws IOException {
        return has(projectId, object) ? objects.get(key(projectId, object.oid())) : Optional.empty();
    }

    static String key(long projectId, String oid) {
        return "lfs/" + projectId + "/" + oid.substring(0, 2) + "/" + oid;
    }
}

package dev.tandem.server.code;

import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import org.eclipse.jgit.attributes.AttributesNodeProvider;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.BaseRepositoryBuilder;
import org.eclipse.jgit.lib.ObjectDatabase;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.RefDatabase;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.StoredConfig;

/**
 * A repository whose readers refuse when the time is up: for JGit's long walks, which take no limit of their own and cannot be stopped from outside. For
 * one thread; closing it leaves the repository below open.
 */
final class TimedRepository extends Repository {
    private final Repository below;
    private final long deadline;

    /** Says that the time is up. */
    static final class TimeIsUpException extends IOException {
        private static final long serialVersionUID = 1;
    }

    TimedRepository(Repository below, Duration patience) {
        super(new Place(below.getDirectory()));
        this.below = below;
        this.deadline = System.nanoTime() + patience.toNanos();
    }

    private static final class Place extends BaseRepositoryBuilder<Place, Repository> {
        Place(File folder) {
            setGitDir(folder);
            setBare();
        }
    }

    @Override
    public ObjectReader newObjectReader() {
        return new TimedReader(below.newObjectReader());
    }

    @Override
    public void create(boolean bare) throws IOException {
        below.create(bare);
    }

    @Override
    public String getIdentifier() {
        return below.getIdentifier();
    }

    @Override
    public ObjectDatabase getObjectDatabase() {
        return below.getObjectDatabase();
    }

    @Override
    public RefDatabase getRefDatabase() {
        return below.getRefDatabase();
    }

    @Override
    public StoredConfig getConfig() {
        return below.getConfig();
    }

    @Override
    public AttributesNodeProvider createAttributesNodeProvider() {
        return below.createAttributesNodeProvider();
    }

    @Override
    public void scanForRepoChanges() throws IOException {
        below.scanForRepoChanges();
    }

    @Override
    public void notifyIndexChanged(boolean internal) {
        below.notifyIndexChanged(internal);
    }

    /** The one below closes itself. */
    @Override
    public void close() {}

    private final class TimedReader extends ObjectReader.Filter {
        private final ObjectReader reader;

        TimedReader(ObjectReader reader) {
            this.reader = Objects.requireNonNull(reader);
        }

        @Override
        protected ObjectReader delegate() {
            return reader;
        }

        @Override
        public ObjectReader newReader() {
            return new TimedReader(reader.newReader());
        }

        @Override
        public ObjectLoader open(AnyObjectId id, int type) throws IOException {
            if (System.nanoTime() > deadline) {
                throw new TimeIsUpException();
            }
            return super.open(id, type);
        }
    }
}

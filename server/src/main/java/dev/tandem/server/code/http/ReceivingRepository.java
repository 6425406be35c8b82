package dev.tandem.server.code.http;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import org.eclipse.jgit.attributes.AttributesNodeProvider;
import org.eclipse.jgit.lib.BaseRepositoryBuilder;
import org.eclipse.jgit.lib.ObjectDatabase;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.RefDatabase;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.transport.PackParser;

/**
 * A repository that takes large objects when they come whole, and only smaller ones that come as differences; see {@link BoundedDeltas}. Closing it
 * leaves the one below open.
 */
final class ReceivingRepository extends Repository {
    private final Repository below;
    private final long largestDelta;

    ReceivingRepository(Repository below, long largestDelta) {
        super(new Place(below.getDirectory()));
        this.below = below;
        this.largestDelta = largestDelta;
    }

    private static final class Place extends BaseRepositoryBuilder<Place, Repository> {
        Place(File folder) {
            setGitDir(folder);
            setBare();
        }
    }

    @Override
    public ObjectInserter newObjectInserter() {
        ObjectInserter inserter = below.newObjectInserter();
        return new ObjectInserter.Filter() {
            @Override
            protected ObjectInserter delegate() {
                return inserter;
            }

            @Override
            public PackParser newPackParser(InputStream in) throws IOException {
                return new BoundedDeltas(inserter.newPackParser(in), below.getObjectDatabase(), largestDelta);
            }
        };
    }

    @Override
    public ObjectReader newObjectReader() {
        return below.newObjectReader();
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

    @Override
    public void close() {
        // Whoever opened the one below closes it.
    }
}

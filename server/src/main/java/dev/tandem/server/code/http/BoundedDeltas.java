package dev.tandem.server.code.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.Comparator;
import java.util.List;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.ObjectChecker;
import org.eclipse.jgit.lib.ObjectDatabase;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectIdSubclassMap;
import org.eclipse.jgit.lib.ProgressMonitor;
import org.eclipse.jgit.transport.PackLock;
import org.eclipse.jgit.transport.PackParser;
import org.eclipse.jgit.transport.PackedObjectInfo;
import org.eclipse.jgit.transport.ReceivedPackStatistics;

/**
 * A parser with two limits: objects that come whole are streamed, and may be large; those that come as differences are put together in memory, and
 * may not. JGit has one limit for both, so another is set when the differences begin. For one push.
 */
final class BoundedDeltas extends PackParser {
    private final PackParser parser;
    private final long largestDelta;

    BoundedDeltas(PackParser parser, ObjectDatabase database, long largestDelta) {
        super(database, InputStream.nullInputStream());
        this.parser = parser;
        this.largestDelta = largestDelta;
    }

    @Override
    public PackLock parse(ProgressMonitor receiving, ProgressMonitor resolving) throws IOException {
        return parser.parse(receiving, new Resolving(resolving));
    }

    private final class Resolving implements ProgressMonitor {
        private final ProgressMonitor shown;

        Resolving(ProgressMonitor shown) {
            this.shown = shown;
        }

        @Override
        public void beginTask(String title, int total) {
            parser.setMaxObjectSizeLimit(largestDelta);
            shown.beginTask(title, total);
        }

        @Override
        public void start(int tasks) {
            shown.start(tasks);
        }

        @Override
        public void update(int done) {
            shown.update(done);
        }

        @Override
        public void endTask() {
            shown.endTask();
        }

        @Override
        public boolean isCancelled() {
            return shown.isCancelled();
        }

        @Override
        public void showDuration(boolean enabled) {
            shown.showDuration(enabled);
        }
    }

    @Override
    public void setAllowThin(boolean allow) {
        parser.setAllowThin(allow);
    }

    @Override
    public void setNeedNewObjectIds(boolean needed) {
        parser.setNeedNewObjectIds(needed);
    }

    @Override
    public void setNeedBaseObjectIds(boolean needed) {
        parser.setNeedBaseObjectIds(needed);
    }

    @Override
    public void setCheckEofAfterPackFooter(boolean checked) {
        parser.setCheckEofAfterPackFooter(checked);
    }

    @Override
    public void setExpectDataAfterPackFooter(boolean expected) {
        parser.setExpectDataAfterPackFooter(expected);
    }

    @Override
    public void setObjectChecker(ObjectChecker checker) {
        parser.setObjectChecker(checker);
    }

    @Override
    public void setLockMessage(String message) {
        parser.setLockMessage(message);
    }

    @Override
    public void setMaxObjectSizeLimit(long bytes) {
        parser.setMaxObjectSizeLimit(bytes);
    }

    @Override
    public ObjectIdSubclassMap<ObjectId> getNewObjectIds() {
        return parser.getNewObjectIds();
    }

    @Override
    public ObjectIdSubclassMap<ObjectId> getBaseObjectIds() {
        return parser.getBaseObjectIds();
    }

    @Override
    public int getObjectCount() {
        return parser.getObjectCount();
    }

    @Override
    public PackedObjectInfo getObject(int index) {
        return parser.getObject(index);
    }

    @Override
    public List<PackedObjectInfo> getSortedObjectList(Comparator<PackedObjectInfo> order) {
        return parser.getSortedObjectList(order);
    }

    @Override
    public long getPackSize() {
        return parser.getPackSize();
    }

    @Override
    public ReceivedPackStatistics getReceivedPackStatistics() {
        return parser.getReceivedPackStatistics();
    }

    // The rest is asked by parse() of this class alone, which nobody reaches.

    private static UnsupportedOperationException unreached() {
        return new UnsupportedOperationException("the other parser does it");
    }

    @Override
    protected void onStoreStream(byte[] raw, int pos, int len) {
        throw unreached();
    }

    @Override
    protected void onObjectHeader(Source source, byte[] raw, int pos, int len) {
        throw unreached();
    }

    @Override
    protected void onObjectData(Source source, byte[] raw, int pos, int len) {
        throw unreached();
    }

    @Override
    protected void onInflatedObjectData(PackedObjectInfo object, int type, byte[] data) {
        throw unreached();
    }

    @Override
    protected void onPackHeader(long objects) {
        throw unreached();
    }

    @Override
    protected void onPackFooter(byte[] hash) {
        throw unreached();
    }

    @Override
    protected boolean onAppendBase(int type, byte[] data, PackedObjectInfo info) {
        throw unreached();
    }

    @Override
    protected void onEndThinPack() {
        throw unreached();
    }

    @Override
    protected ObjectTypeAndSize seekDatabase(PackedObjectInfo object, ObjectTypeAndSize info) {
        throw unreached();
    }

    @Override
    protected ObjectTypeAndSize seekDatabase(UnresolvedDelta delta, ObjectTypeAndSize info) {
        throw unreached();
    }

    @Override
    protected int readDatabase(byte[] destination, int pos, int count) {
        throw unreached();
    }

    @Override
    protected boolean checkCRC(int oldCrc) {
        throw unreached();
    }

    @Override
    protected void onBeginWholeObject(long position, int type, long size) {
        throw unreached();
    }

    @Override
    protected void onEndWholeObject(PackedObjectInfo info) {
        throw unreached();
    }

    @Override
    protected void onBeginOfsDelta(long position, long base, long size) {
        throw unreached();
    }

    @Override
    protected void onBeginRefDelta(long position, AnyObjectId base, long size) {
        throw unreached();
    }
}

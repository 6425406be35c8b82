package dev.tandem.server.code.http;

import java.util.Collection;
import java.util.Set;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.BlobObjectChecker;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.MutableObjectId;
import org.eclipse.jgit.lib.ObjectChecker;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectIdSubclassMap;
import org.eclipse.jgit.util.MutableInteger;
import org.eclipse.jgit.util.RawParseUtils;
import org.jspecify.annotations.Nullable;

/**
 * Checks the objects of one push as they come, and remembers what they lead to. When all of that came with the push, as in the
 * first push of a repository, nothing can be missing, and the walk through the whole new history that would find out is saved.
 * Not safe for use by several threads.
 */
final class ReceivedObjects extends ObjectChecker {
    /** Some 80 bytes of heap for each; a larger push is walked. */
    private static final int MOST = 250_000;

    private static final byte[] PARENT = Constants.encodeASCII("parent ");
    private static final int TREE_AT = "tree ".length();
    private static final int OBJECT_AT = "object ".length();

    private final ObjectIdSubclassMap<Link> received = new ObjectIdSubclassMap<>();
    private final ObjectIdSubclassMap<Link> wanted = new ObjectIdSubclassMap<>();
    private final MutableObjectId id = new MutableObjectId();
    private boolean unknown;

    /** An object and what it is, or must be. */
    private static final class Link extends ObjectId {
        private static final long serialVersionUID = 1L;

        private final int type;

        Link(AnyObjectId id, int type) {
            super(id);
            this.type = type;
        }
    }

    @Override
    public void check(@Nullable AnyObjectId object, int type, byte[] raw) throws CorruptObjectException {
        super.check(object, type, raw);
        if (object == null) {
            unknown = true;
            return;
        }
        receive(object, type);
        switch (type) {
            case Constants.OBJ_COMMIT -> commit(raw);
            case Constants.OBJ_TREE -> tree(raw);
            case Constants.OBJ_TAG -> tag(raw);
            default -> {
                // A blob leads nowhere.
            }
        }
    }

    /** Blobs that come whole are not held in memory. */
    @Override
    public BlobObjectChecker newBlobObjectChecker() {
        return new BlobObjectChecker() {
            @Override
            public void update(byte[] part, int offset, int length) {
                // Any bytes are a blob.
            }

            @Override
            public void endBlob(AnyObjectId object) {
                receive(object, Constants.OBJ_BLOB);
            }
        };
    }

    /**
     * Whether everything that the tips lead to is known to be here: among what was received, or one of {@code reachable}.
     * False does not say that anything is missing.
     */
    boolean complete(Collection<ObjectId> tips, Set<ObjectId> reachable) {
        if (unknown) {
            return false;
        }
        for (ObjectId tip : tips) {
            if (!received.contains(tip) && !reachable.contains(tip)) {
                return false;
            }
        }
        for (Link link : wanted) {
            Link found = received.get(link);
            boolean here = found == null ? reachable.contains(link) : found.type == link.type;
            if (!here) {
                return false;
            }
        }
        return true;
    }

    private void commit(byte[] raw) {
        id.fromString(raw, TREE_AT);
        want(Constants.OBJ_TREE);
        int at = RawParseUtils.nextLF(raw, TREE_AT);
        while (RawParseUtils.match(raw, at, PARENT) >= 0) {
            id.fromString(raw, at + PARENT.length);
            want(Constants.OBJ_COMMIT);
            at = RawParseUtils.nextLF(raw, at);
        }
    }

    private void tree(byte[] raw) {
        int at = 0;
        while (at < raw.length) {
            int mode = 0;
            for (; raw[at] != ' '; at++) {
                mode = mode * 8 + raw[at] - '0';
            }
            int end = RawParseUtils.next(raw, at, '\0');
            id.fromRaw(raw, end);
            if (!FileMode.GITLINK.equals(mode)) {
                want(FileMode.TREE.equals(mode) ? Constants.OBJ_TREE : Constants.OBJ_BLOB);
            }
            at = end + Constants.OBJECT_ID_LENGTH;
        }
    }

    private void tag(byte[] raw) throws CorruptObjectException {
        id.fromString(raw, OBJECT_AT);
        MutableInteger type = new MutableInteger();
        type.value = RawParseUtils.nextLF(raw, OBJECT_AT) + "type ".length();
        want(Constants.decodeTypeString(id, raw, (byte) '\n', type));
    }

    private void receive(AnyObjectId object, int type) {
        if (!enough()) {
            received.addIfAbsent(new Link(object, type));
        }
    }

    private void want(int type) {
        Link known = wanted.get(id);
        if (known == null && !enough()) {
            wanted.add(new Link(id, type));
        } else if (known != null && known.type != type) {
            unknown = true;
        }
    }

    private boolean enough() {
        if (received.size() + wanted.size() >= 2 * MOST) {
            unknown = true;
        }
        return unknown;
    }
}

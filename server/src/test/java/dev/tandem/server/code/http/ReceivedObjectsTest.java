package dev.tandem.server.code.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.eclipse.jgit.lib.Constants.OBJ_BLOB;
import static org.eclipse.jgit.lib.Constants.OBJ_COMMIT;
import static org.eclipse.jgit.lib.Constants.OBJ_TAG;
import static org.eclipse.jgit.lib.Constants.OBJ_TREE;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.TreeFormatter;
import org.junit.jupiter.api.Test;

class ReceivedObjectsTest {
    private static final String ROBIN = "Robin <robin@example.org> 0 +0000\n";
    private static final ObjectId ELSEWHERE = ObjectId.fromString("1234567890123456789012345678901234567890");

    private final ObjectInserter.Formatter ids = new ObjectInserter.Formatter();
    private final ReceivedObjects received = new ReceivedObjects();

    private final byte[] file = text("text");
    private final byte[] folder = tree("file", FileMode.REGULAR_FILE, id(OBJ_BLOB, file));
    private final byte[] root = tree("folder", FileMode.TREE, id(OBJ_TREE, folder));
    private final byte[] commit = commit(id(OBJ_TREE, root));
    private final ObjectId tip = id(OBJ_COMMIT, commit);

    @Test
    void aPushThatBringsAllItLeadsToIsComplete() throws CorruptObjectException {
        receive(OBJ_COMMIT, commit);
        receive(OBJ_TREE, root, folder);
        received.newBlobObjectChecker().endBlob(id(OBJ_BLOB, file));

        assertThat(complete(tip)).isTrue();
        assertThat(complete(tip, ELSEWHERE)).isFalse();
    }

    @Test
    void anyObjectThatDoesNotComeLeavesItOpen() throws CorruptObjectException {
        for (byte[] missing : List.of(file, folder, root, commit)) {
            ReceivedObjects push = new ReceivedObjects();
            for (byte[] object : List.of(commit, root, folder, file)) {
                if (object != missing) {
                    push.check(id(type(object), object), type(object), object);
                }
            }
            assertThat(push.complete(List.of(tip), Set.of())).isFalse();
        }
    }

    @Test
    void whatRefsLeadToNeedNotCome() throws CorruptObjectException {
        byte[] next = commit(id(OBJ_TREE, root), ELSEWHERE);
        receive(OBJ_COMMIT, next);
        receive(OBJ_TREE, root, folder);
        receive(OBJ_BLOB, file);

        ObjectId nextTip = id(OBJ_COMMIT, next);
        assertThat(complete(nextTip)).isFalse();
        assertThat(received.complete(List.of(nextTip), Set.of(ELSEWHERE))).isTrue();
    }

    @Test
    void anObjectOfAnotherKindIsNotTheOneThatWasMeant() throws CorruptObjectException {
        byte[] wrong = tree("file", FileMode.TREE, id(OBJ_BLOB, file));
        byte[] tipOfWrong = commit(id(OBJ_TREE, wrong));
        receive(OBJ_COMMIT, tipOfWrong);
        receive(OBJ_TREE, wrong);
        receive(OBJ_BLOB, file);

        assertThat(complete(id(OBJ_COMMIT, tipOfWrong))).isFalse();
    }

    @Test
    void aTagNeedsItsObjectAndASubmoduleNothing() throws CorruptObjectException {
        byte[] outside = tree("module", FileMode.GITLINK, ELSEWHERE);
        byte[] module = commit(id(OBJ_TREE, outside));
        byte[] tag =
                text("object " + id(OBJ_COMMIT, module).name() + "\ntype commit\ntag v1\ntagger " + ROBIN + "\none\n");
        receive(OBJ_TAG, tag);
        receive(OBJ_TREE, outside);

        assertThat(complete(id(OBJ_TAG, tag))).isFalse();
        receive(OBJ_COMMIT, module);
        assertThat(complete(id(OBJ_TAG, tag))).isTrue();
    }

    @Test
    void aBrokenObjectIsStillRefused() {
        byte[] broken = text("tree nothing");

        assertThatThrownBy(() -> receive(OBJ_COMMIT, broken)).isInstanceOf(CorruptObjectException.class);
    }

    private boolean complete(ObjectId... tips) {
        return received.complete(List.of(tips), Set.of());
    }

    private void receive(int type, byte[]... objects) throws CorruptObjectException {
        for (byte[] object : objects) {
            received.check(id(type, object), type, object);
        }
    }

    private int type(byte[] object) {
        return object == commit ? OBJ_COMMIT : object == file ? OBJ_BLOB : OBJ_TREE;
    }

    private ObjectId id(int type, byte[] object) {
        return ids.idFor(type, object);
    }

    private static byte[] tree(String name, FileMode mode, ObjectId entry) {
        TreeFormatter tree = new TreeFormatter();
        tree.append(name, mode, entry);
        return tree.toByteArray();
    }

    private static byte[] commit(ObjectId tree, ObjectId... parents) {
        String lines = Arrays.stream(parents)
                .map(parent -> "parent " + parent.name() + "\n")
                .collect(Collectors.joining());
        return text("tree " + tree.name() + "\n" + lines + "author " + ROBIN + "committer " + ROBIN + "\nchange\n");
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

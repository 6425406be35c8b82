package dev.tandem.server.build.artifacts;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** Reads the files in a gzip report: one member per file, one after the other. */
final class GzipMembers {
    private static final int MOST = 2000;

    private GzipMembers() {}

    /**
     * The content of each member.
     *
     * @throws IOException also when there is more than {@code limitBytes} in all, or too many members
     */
    static List<byte[]> read(InputStream gzip, int limitBytes) throws IOException {
        List<byte[]> members = new ArrayList<>();
        InputStream in = new BufferedInputStream(gzip, 64 * 1024);
        int left = limitBytes;
        while (!atEnd(in)) {
            if (members.size() == MOST) {
                throw new IOException("more than " + MOST + " files");
            }
            GzipCompressorInputStream member = GzipCompressorInputStream.builder()
                    .setInputStream(in)
                    .setDecompressConcatenated(false)
                    .get();
            byte[] bytes = member.readNBytes(left + 1);
            if (bytes.length > left) {
                throw new IOException("larger than " + limitBytes + " bytes");
            }
            left -= bytes.length;
            members.add(bytes);
        }
        return members;
    }

    private static boolean atEnd(InputStream in) throws IOException {
        in.mark(1);
        boolean end = in.read() < 0;
        in.reset();
        return end;
    }
}

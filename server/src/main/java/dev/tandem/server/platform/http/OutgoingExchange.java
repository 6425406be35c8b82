package dev.tandem.server.platform.http;

import dev.tandem.server.platform.http.OutgoingException.Why;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;

/**
 * An answer that is read piece by piece; its time and size are bounded as a whole. The caller closes it. For one thread.
 */
public final class OutgoingExchange implements AutoCloseable {
    private final int status;
    private final Map<String, List<String>> headers;
    private final InputStream body;
    private final Ending ending;

    /** Ends the conversation. */
    interface Ending {
        void end() throws IOException;
    }

    OutgoingExchange(int status, Map<String, List<String>> headers, InputStream body, Ending ending) {
        this.status = status;
        this.headers = Map.copyOf(headers);
        this.body = body;
        this.ending = ending;
    }

    public int status() {
        return status;
    }

    /** By lower-case name. */
    public Map<String, List<String>> headers() {
        return headers;
    }

    /** Throws {@link OutgoingException} where more comes than was wanted, or the time is over. */
    public InputStream body() {
        return body;
    }

    @Override
    public void close() throws IOException {
        ending.end();
    }

    /** What is read of an answer, counted. */
    static final class Counted extends FilterInputStream {
        private final long most;
        private long read;

        Counted(InputStream in, long most) {
            super(in);
            this.most = most;
        }

        @Override
        public int read() throws IOException {
            int one = super.read();
            count(one < 0 ? 0 : 1);
            return one;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int some = super.read(into, from, length);
            count(Math.max(0, some));
            return some;
        }

        private void count(int more) throws OutgoingException {
            read += more;
            if (read > most) {
                throw new OutgoingException(Why.SIZE, "It answered with more than " + most + " bytes.");
            }
        }
    }
}

package dev.tandem.server.operate;

import dev.tandem.server.deliver.Tally;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Points as bytes: numbers of seven bits a byte, lowest first, the eighth bit says that more follow. A point is its step in the
 * chunk, milliseconds covered, weight and 1 (0 for unknown) and requests; when there were any, those answered with 5xx, those
 * failed, a set of bits for the latency buckets that are not empty, and their counts. Two points of the same step add up.
 */
final class SignalCodec {
    static final int UNKNOWN = -1;
    private static final int BUCKETS = Tally.NONE.latencyBuckets().size();

    private SignalCodec() {}

    record Stored(int offset, long coveredMillis, int weight, Tally tally) {
        Stored with(Stored other) {
            Stored later = other.offset >= offset ? other : this;
            return new Stored(later.offset, coveredMillis + other.coveredMillis, later.weight, tally.plus(other.tally));
        }
    }

    static void write(ByteArrayOutputStream out, Stored point) {
        Tally tally = point.tally();
        number(out, point.offset());
        number(out, point.coveredMillis());
        number(out, point.weight() + 1L);
        number(out, tally.requests());
        if (tally.requests() > 0) {
            number(out, tally.answered5xx());
            number(out, tally.failed());
            long filled = 0;
            for (int i = 0; i < BUCKETS; i++) {
                filled |= tally.latencyBuckets().get(i) == 0 ? 0 : 1L << i;
            }
            number(out, filled);
            tally.latencyBuckets().stream().filter(count -> count != 0).forEach(count -> number(out, count));
        }
    }

    /** @throws IllegalArgumentException when the bytes are no points */
    static List<Stored> read(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        List<Stored> points = new ArrayList<>();
        try {
            while (in.hasRemaining()) {
                points.add(point(in));
            }
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("signals break off after " + points.size() + " points", e);
        }
        return points;
    }

    private static Stored point(ByteBuffer in) {
        int offset = Math.toIntExact(number(in));
        long covered = number(in);
        int weight = Math.toIntExact(number(in)) - 1;
        long requests = number(in);
        if (requests == 0) {
            return new Stored(offset, covered, weight, Tally.NONE);
        }
        long answered5xx = number(in);
        long failed = number(in);
        long filled = number(in);
        Long[] buckets = new Long[BUCKETS];
        Arrays.fill(buckets, 0L);
        for (int i = 0; i < BUCKETS; i++) {
            if ((filled >> i & 1) == 1) {
                buckets[i] = number(in);
            }
        }
        return new Stored(offset, covered, weight, new Tally(requests, answered5xx, failed, Arrays.asList(buckets)));
    }

    private static void number(ByteArrayOutputStream out, long value) {
        long left = value;
        while ((left & ~0x7FL) != 0) {
            out.write((int) (left & 0x7F | 0x80));
            left >>>= 7;
        }
        out.write((int) left);
    }

    private static long number(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte next = in.get();
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("a number in signals has more than 64 bits");
    }
}

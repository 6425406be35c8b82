package dev.tandem.server.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.server.deliver.Tally;
import dev.tandem.server.operate.SignalCodec.Stored;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class SignalCodecTest {
    @Property(tries = 200)
    void whatIsWrittenIsRead(
            @ForAll @IntRange(max = 59) int offset,
            @ForAll @LongRange(min = 0) long covered,
            @ForAll @IntRange(min = -1, max = 100) int weight,
            @ForAll @LongRange(min = 1) long requests,
            @ForAll @LongRange(min = 0) long failed,
            @ForAll @IntRange(max = 24) int bucket) {
        List<Long> buckets = new ArrayList<>(Collections.nCopies(25, 0L));
        buckets.set(bucket, requests);
        List<Stored> points = List.of(
                new Stored(offset, covered, weight, new Tally(requests, 3, failed, buckets)),
                new Stored(offset, 1, weight, Tally.NONE));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        points.forEach(point -> SignalCodec.write(out, point));
        assertThat(SignalCodec.read(out.toByteArray())).isEqualTo(points);
    }

    @Test
    void whatBreaksOffIsRefused() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SignalCodec.write(out, new Stored(1, 1000, 50, Tally.NONE));
        byte[] cut = Arrays.copyOf(out.toByteArray(), out.size() - 1);
        assertThatThrownBy(() -> SignalCodec.read(cut)).hasMessageContaining("break off");
    }
}

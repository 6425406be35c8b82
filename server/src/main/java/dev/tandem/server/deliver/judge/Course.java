package dev.tandem.server.deliver.judge;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a rollout has shown so far. Immutable.
 *
 * @param beganAt when the first request was shared
 * @param segments in the order in which they began
 * @param windows starting points from which evidence is gathered, oldest first
 * @param proof from where no harm is to be proved; anew with each traffic step, and after what could not be measured
 */
public record Course(Instant beganAt, List<Segment> segments, List<Window> windows, Proving proof) {
    /** A window begins so often. */
    public static final Duration WINDOW = Duration.ofSeconds(15);

    /** Four hours of windows; what goes bad later is found by the ones that there are. */
    static final int MOST_WINDOWS = 960;

    /**
     * A starting point.
     *
     * @param number from 1
     * @param before the segments as they stood when it began; later ones count from their own beginning
     */
    public record Window(int number, List<Segment> before) {
        public Window {
            before = List.copyOf(before);
        }
    }

    /**
     * Where a proof of no harm begins.
     *
     * @param before the segment as it stood then
     */
    public record Proving(Instant since, Segment before) {}

    public Course {
        segments = List.copyOf(segments);
        windows = List.copyOf(windows);
    }

    /** A rollout shares its first requests. */
    public static Course begin(Instant now, Segment first) {
        return new Course(now, List.of(first), List.of(), new Proving(now, first.empty())).windows(now);
    }

    /** With newer counts of a segment, or a new segment. Windows that are due begin after what these counts tell. */
    public Course with(Instant now, List<Segment> latest) {
        Course course = this;
        for (Segment segment : latest) {
            course = course.with(now, segment);
        }
        return course.windows(now);
    }

    private Course with(Instant now, Segment latest) {
        List<Segment> all = new ArrayList<>(segments);
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).same(latest)) {
                all.set(i, latest.continues(all.get(i)) ? latest : all.get(i));
                return new Course(beganAt, all, windows, proof);
            }
        }
        all.add(latest);
        boolean proves = latest.kind() == Segment.Kind.TRAFFIC;
        return new Course(beganAt, all, windows, proves ? new Proving(now, latest.empty()) : proof);
    }

    private Course windows(Instant now) {
        long due = Math.min(MOST_WINDOWS, Duration.between(beganAt, now).dividedBy(WINDOW) + 1);
        if (due <= windows.size()) {
            return this;
        }
        List<Window> all = new ArrayList<>(windows);
        while (all.size() < due) {
            // The first one counts everything from the first request on.
            all.add(new Window(all.size() + 1, all.isEmpty() ? List.of() : segments));
        }
        return new Course(beganAt, segments, all, proof);
    }

    /** No harm is to be proved from here on. */
    public Course proveFrom(Instant now) {
        return new Course(beganAt, segments, windows, new Proving(now, current()));
    }

    /** The latest segment of traffic. */
    public Segment current() {
        return segments.reversed().stream()
                .filter(segment -> segment.kind() == Segment.Kind.TRAFFIC)
                .findFirst()
                .orElseThrow();
    }

    /** What no harm is to be proved with. */
    Segment proving() {
        return current().since(proof.before());
    }

    /** The segments from the window's beginning on. */
    List<Segment> since(Window window) {
        List<Segment> rest = new ArrayList<>(segments.size());
        for (int i = 0; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            rest.add(i < window.before().size() ? segment.since(window.before().get(i)) : segment);
        }
        return rest;
    }

    /** Bad events of one stream on the new revision, in one segment from the window's beginning on. */
    long newer(Window window, int segment, int stream) {
        long all = segments.get(segment).newer().events().get(stream);
        return segment < window.before().size()
                ? all - window.before().get(segment).newer().events().get(stream)
                : all;
    }

    /** The same on the old revision. */
    long older(Window window, int segment, int stream) {
        long all = segments.get(segment).older().events().get(stream);
        return segment < window.before().size()
                ? all - window.before().get(segment).older().events().get(stream)
                : all;
    }

    /** The last quarter of a minute to half a minute. */
    List<Segment> recent() {
        Optional<Window> last = windows.size() < 2 ? Optional.empty() : Optional.of(windows.get(windows.size() - 2));
        return last.map(this::since).orElse(segments);
    }
}

package dev.tandem.server.deliver.rollout;

import dev.tandem.server.deliver.judge.Rate;
import dev.tandem.server.deliver.judge.Stream;
import dev.tandem.server.deliver.judge.Verdict;
import java.util.List;

/** What a judge may say. */
final class Verdicts4Tests {
    static final Verdict WORSE = new Verdict.Worse(
            Stream.ERRORS, 0, 12, 12, 0.1, Math.log(1360), Math.log(340), 100, new Rate(12, 140), new Rate(0, 1260));
    static final Verdict NO_HARM = new Verdict.NoHarm(new Rate(0, 400), new Rate(1, 3600), List.of());
    static final Verdict NOT_ENOUGH = new Verdict.NotEnough(41, 392, new Rate(0, 41), new Rate(0, 369), List.of());

    private Verdicts4Tests() {}
}

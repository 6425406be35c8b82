package dev.tandem.bench.simulation;

/**
 * A threshold counter as Flagger has it: each interval, the share of the new revision's answers that are not errors must
 * be at least 99 %; after five failed checks it gives up, after ten passed ones it goes on. An interval without requests is
 * no check.
 */
final class ThresholdJudging implements Judging {
    private static final int INTERVAL = 60;
    private static final int FAILED_CHECKS = 5;
    private static final int PASSED_CHECKS = 10;
    private static final double MOST_ERRORS = 0.01;

    private long requests;
    private long errors;
    private int failed;
    private int passed;

    @Override
    public Look look(int second, Traffic traffic) {
        if ((second + 1) % INTERVAL != 0) {
            return Look.WAIT;
        }
        Side newer = traffic.newer;
        long latest = newer.requests - requests;
        long bad = newer.errors - errors;
        requests = newer.requests;
        errors = newer.errors;
        if (latest == 0) {
            return Look.WAIT;
        }
        if ((double) bad / latest > MOST_ERRORS) {
            failed++;
        } else {
            passed++;
        }
        if (failed >= FAILED_CHECKS) {
            return Look.WORSE;
        }
        return passed >= PASSED_CHECKS ? Look.GO_ON : Look.WAIT;
    }
}

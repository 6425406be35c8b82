package dev.tandem.bench.simulation;

/** What a judge of a simulated rollout says at the end of a second. */
enum Look {
    WAIT,
    /** Enough is known to go on. */
    GO_ON,
    WORSE
}

package dev.tandem.bench.simulation;

/** One way to judge a rollout; made anew for each. */
interface Judging {
    /** Told at the end of each second what both revisions came to since the rollout began. */
    Look look(int second, Traffic traffic);
}

package dev.tandem.cli.demo;

import java.time.Instant;

/** When a rollout's first requests moved to the new revision, and when it was decided that they go back. */
record JudgedRollout(Instant firstTraffic, Instant judged) {}

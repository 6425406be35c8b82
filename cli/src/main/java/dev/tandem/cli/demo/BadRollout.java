package dev.tandem.cli.demo;

import dev.tandem.cli.drive.Load;
import java.util.List;

/** The bad push, and all that its users got while it was rolled out. */
record BadRollout(String commit, long pipeline, JudgedRollout rollout, List<Load.Answer> answers) {}

package dev.tandem.runner;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Has an image on this machine before a container is made of it. */
final class ImagePull {
    private static final Duration LIMIT = Duration.ofMinutes(30);

    private final Containers engine;
    private final StageProcess process;

    ImagePull(Containers engine, StageProcess process) {
        this.engine = engine;
        this.process = process;
    }

    /**
     * Asks for the image where its policy wants that.
     *
     * @param reference its name with the variables replaced
     * @param platform empty: the machine's
     */
    void get(JobControl.Phase phase, JobPayload.Image image, String reference, String platform, StageShell.Sink sink)
            throws JobStopped, StageFailed, IOException {
        var policies = image.pullPolicy();
        var present = engine.ask(Containers.ANSWER_LIMIT, List.of("image", "inspect", reference))
                        .code()
                == 0;
        if (policies.contains("never") && !present) {
            throw new StageFailed(
                    "image_pull_failure", 0, "The image \"" + reference + "\" is not here and may not be pulled.");
        }
        if (policies.contains("never") || (present && !policies.contains("always"))) {
            return;
        }
        var arguments = new ArrayList<>(List.of("pull", "--quiet"));
        if (!platform.isEmpty()) {
            arguments.addAll(List.of("--platform", platform));
        }
        arguments.add(reference);
        var ended = process.run(phase, engine.launch(arguments), sink, LIMIT, () -> {});
        if (!ended.equals(new StageShell.Ended.Exit(0))) {
            throw new StageFailed("image_pull_failure", 0, "The image \"" + reference + "\" cannot be pulled.");
        }
    }
}

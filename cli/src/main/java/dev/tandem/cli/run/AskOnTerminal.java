package dev.tandem.cli.run;

import java.io.Console;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Asks which manual job to start. */
final class AskOnTerminal implements LocalPipeline.Manual {
    private final Console console;
    private final Runnable before;
    private final Set<String> declined = new HashSet<>();

    /** @param before makes room on the terminal */
    AskOnTerminal(Console console, Runnable before) {
        this.console = console;
        this.before = before;
    }

    @Override
    public Optional<LocalJobState> choose(List<LocalJobState> held) {
        List<LocalJobState> open =
                held.stream().filter(job -> !declined.contains(job.name())).toList();
        if (open.isEmpty()) {
            return Optional.empty();
        }
        before.run();
        console.printf("Manual jobs:%n");
        for (int at = 0; at < open.size(); at++) {
            LocalJobState job = open.get(at);
            String note = job.plan().manualConfirmation();
            console.printf("  %d  %s%s%n", at + 1, job.name(), note == null ? "" : "  (" + LogText.plain(note) + ")");
        }
        String answer = console.readLine("Start which? A number, or Enter for none: ");
        if (answer == null || !answer.strip().matches("[0-9]{1,4}")) {
            open.forEach(job -> declined.add(job.name()));
            return Optional.empty();
        }
        int number = Integer.parseInt(answer.strip());
        return number >= 1 && number <= open.size() ? Optional.of(open.get(number - 1)) : choose(held);
    }
}

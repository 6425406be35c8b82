package dev.tandem.cli.run;

import java.io.Console;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Asks which manual job to start; one question at a time, whichever pipeline has it. */
final class AskOnTerminal implements LocalPipeline.Manual {
    private final Console console;
    private final LiveView view;
    private final Set<String> declined = new HashSet<>();

    AskOnTerminal(Console console, LiveView view) {
        this.console = console;
        this.view = view;
    }

    @Override
    public synchronized Optional<LocalJobState> choose(List<LocalJobState> held) {
        List<LocalJobState> open =
                held.stream().filter(job -> !declined.contains(job.title())).toList();
        if (open.isEmpty()) {
            return Optional.empty();
        }
        view.hold();
        try {
            return ask(open);
        } finally {
            view.resume();
        }
    }

    private Optional<LocalJobState> ask(List<LocalJobState> open) {
        console.printf("Manual jobs:%n");
        for (int at = 0; at < open.size(); at++) {
            LocalJobState job = open.get(at);
            String note = job.plan().manualConfirmation();
            console.printf("  %d  %s%s%n", at + 1, job.title(), note == null ? "" : "  (" + LogText.plain(note) + ")");
        }
        String answer = console.readLine("Start which? A number, or Enter for none: ");
        if (answer == null || !answer.strip().matches("[0-9]{1,4}")) {
            open.forEach(job -> declined.add(job.title()));
            return Optional.empty();
        }
        int number = Integer.parseInt(answer.strip());
        return number >= 1 && number <= open.size() ? Optional.of(open.get(number - 1)) : ask(open);
    }
}

package dev.tandem.cli.run;

import dev.tandem.pipeline.state.JobStatus;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * For a terminal: ended jobs scroll away above, below them stand the running ones with their time and the last line they printed,
 * and how far the run is.
 */
final class LiveView implements RunView {
    private static final Duration REFRESH = Duration.ofMillis(200);
    private static final String UP = "\u001b[%dA";
    private static final String ERASE_BELOW = "\u001b[J";
    private static final String NO_WRAP = "\u001b[?7l";
    private static final String WRAP = "\u001b[?7h";
    private static final String FAINT = "\u001b[2m";
    private static final String RESET = "\u001b[0m";

    private final PrintWriter out;
    private final Map<String, Running> running = new LinkedHashMap<>();
    private final Thread clock;
    private int jobs;
    private int ended;
    private int painted;
    private boolean held;
    private String unsaid = "";
    private boolean closed;

    private static final class Running {
        private final String head;
        private final long startedNanos = System.nanoTime();
        private String line = "";

        Running(String head) {
            this.head = head;
        }
    }

    /** @param jobs of the pipeline at the top */
    LiveView(PrintWriter out, int jobs) {
        this.out = out;
        this.jobs = jobs;
        this.clock = Thread.ofVirtual().name("tandem-view").start(this::refresh);
    }

    @Override
    public synchronized void changed(LocalJobState job) {
        if (job.status() == JobStatus.RUNNING) {
            running.put(job.title(), new Running(JobWords.line(job, true)));
            repaint("");
            return;
        }
        running.remove(job.title());
        if (job.status().isTerminal()) {
            ended++;
        }
        repaint(JobWords.line(job, true) + "\n");
    }

    @Override
    public synchronized void more(int added) {
        jobs += added;
    }

    @Override
    public synchronized void output(String job, String line) {
        Running shown = running.get(job);
        if (shown != null) {
            shown.line = line;
        }
    }

    @Override
    public synchronized void word(String text) {
        repaint(text + "\n");
    }

    /** Takes the lines of the running jobs away, for a question; what happens meanwhile is shown after {@link #resume}. */
    synchronized void hold() {
        held = true;
        out.print(erased());
        out.flush();
        painted = 0;
    }

    synchronized void resume() {
        held = false;
        repaint("");
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            clock.interrupt();
            running.clear();
            out.print(erased() + WRAP);
            out.flush();
        }
    }

    private void refresh() {
        try {
            while (!Thread.interrupted()) {
                Thread.sleep(REFRESH);
                synchronized (this) {
                    if (!running.isEmpty()) {
                        repaint("");
                    }
                }
            }
        } catch (InterruptedException e) {
            // Closed.
            Thread.currentThread().interrupt();
        }
    }

    private void repaint(String above) {
        unsaid += above;
        if (closed || held) {
            return;
        }
        StringBuilder text = new StringBuilder(erased()).append(NO_WRAP).append(unsaid);
        unsaid = "";
        running.values().forEach(job -> {
            Duration time = Duration.ofNanos(System.nanoTime() - job.startedNanos);
            text.append(job.head).append(' ').append(JobWords.seconds(time));
            text.append("  ").append(FAINT).append(job.line).append(RESET).append('\n');
        });
        text.append(FAINT)
                .append(ended)
                .append(" of ")
                .append(jobs)
                .append(" jobs ended")
                .append(RESET)
                .append('\n');
        painted = running.size() + 1;
        out.print(text.append(WRAP));
        out.flush();
    }

    private String erased() {
        return painted == 0 ? "" : UP.formatted(painted) + "\r" + ERASE_BELOW;
    }
}

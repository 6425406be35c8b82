package dev.tandem.cli.run;

import java.io.PrintWriter;

/** A line for each thing that happens, for logs and pipes. */
final class PlainView implements RunView {
    private final PrintWriter out;

    PlainView(PrintWriter out) {
        this.out = out;
    }

    @Override
    public synchronized void changed(LocalJobState job) {
        out.println(JobWords.line(job, false));
        out.flush();
    }

    @Override
    public void more(int jobs) {
        // It tells each job when it starts.
    }

    @Override
    public void output(String job, String line) {
        // What a job prints is in its log.
    }

    @Override
    public synchronized void word(String text) {
        out.println(text);
        out.flush();
    }

    @Override
    public void close() {
        out.flush();
    }
}

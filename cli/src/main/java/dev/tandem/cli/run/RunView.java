package dev.tandem.cli.run;

/** Shows a person how the run goes. Safe for use by many threads. */
interface RunView extends AutoCloseable {
    /** A job started, ended, or waits for somebody. */
    void changed(LocalJobState job);

    /** A running job printed something; this is its last whole line. */
    void output(String job, String line);

    /** Something worth a line. */
    void word(String text);

    /** Leaves the terminal as it was; nothing is shown any more. */
    @Override
    void close();
}

package dev.tandem.cli.run;

/** Shows a person how the run goes. Safe for use by many threads. */
interface RunView extends AutoCloseable {
    /** A job started, ended, or waits for somebody. */
    void changed(LocalJobState job);

    /** A child pipeline adds so many jobs to the run. */
    void more(int jobs);

    /** A running job, by its title, printed something; this is its last whole line. */
    void output(String job, String line);

    /** Something worth a line. */
    void word(String text);

    /** Leaves the terminal as it was; nothing is shown any more. */
    @Override
    void close();
}

package dev.tandem.cli;

import picocli.CommandLine.Command;

@Command(name = "version", description = "Prints the version.")
final class VersionCommand implements Runnable {
    @Override
    public void run() {
        System.out.println("tandem " + Version.current());
    }
}

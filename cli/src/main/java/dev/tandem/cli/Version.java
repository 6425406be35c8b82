package dev.tandem.cli;

import picocli.CommandLine.IVersionProvider;

/** The version, from the manifest of our jar. */
public final class Version implements IVersionProvider {
    /** @return such as {@code 0.1.0}, or {@code development} when run from classes */
    public static String current() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    @Override
    public String[] getVersion() {
        return new String[] {"tandem " + current()};
    }
}

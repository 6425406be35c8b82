package dev.tandem.bench.simulation;

/**
 * What happens to a service while a new revision gets a part of its requests.
 *
 * @param name as printed
 * @param perSecond requests on average
 * @param share of the requests that the new revision gets
 * @param oldErrors share of the old revision's requests that fail
 * @param newErrors the same of the new one, from {@code badFrom} on; before that it fails like the old one
 * @param slower how many times as long the new revision takes, from {@code badFrom} on
 * @param badFrom seconds after the rollout began
 * @param clients how many there are; few make many of the requests
 * @param tries how often a client asks again at once when it got an error
 * @param weather what befalls both revisions
 * @param probes whether each second both revisions get a request of our own
 */
record Scenario(
        String name,
        double perSecond,
        double share,
        double oldErrors,
        double newErrors,
        double slower,
        int badFrom,
        int clients,
        int tries,
        Weather weather,
        boolean probes) {

    /** What both revisions are exposed to alike. */
    enum Weather {
        CALM,
        /** Traffic halves and doubles, failures grow threefold, within ten minutes. */
        DRIFT,
        /** Ten seconds in each minute have five times the requests and three times the failures. */
        BURSTS,
        /** From 200 s to 260 s half of all requests fail. */
        OUTAGE,
        /** The new revision takes five times as long for its first 500 requests and its first 10 s. */
        COLD_START
    }

    static Scenario harmless(String name, double perSecond, double errors) {
        return new Scenario(name, perSecond, 0.1, errors, errors, 1, 0, 20_000, 0, Weather.CALM, false);
    }

    static Scenario worse(String name, double perSecond, double oldErrors, double newErrors) {
        return new Scenario(name, perSecond, 0.1, oldErrors, newErrors, 1, 0, 20_000, 0, Weather.CALM, false);
    }

    Scenario from(int seconds) {
        return new Scenario(
                name, perSecond, share, oldErrors, newErrors, slower, seconds, clients, tries, weather, probes);
    }

    Scenario slower(double times) {
        return new Scenario(
                name, perSecond, share, oldErrors, newErrors, times, badFrom, clients, tries, weather, probes);
    }

    Scenario half() {
        return new Scenario(
                name, perSecond, 0.5, oldErrors, newErrors, slower, badFrom, clients, tries, weather, probes);
    }

    Scenario in(Weather other) {
        return new Scenario(
                name, perSecond, share, oldErrors, newErrors, slower, badFrom, clients, tries, other, probes);
    }

    /** Few clients, each of which asks again and again when it gets an error. */
    Scenario retrying(int number, int times) {
        return new Scenario(
                name, perSecond, share, oldErrors, newErrors, slower, badFrom, number, times, weather, probes);
    }

    Scenario probed() {
        return new Scenario(
                name, perSecond, share, oldErrors, newErrors, slower, badFrom, clients, tries, weather, true);
    }

    /** How many times the usual number of requests comes in this second. */
    double rush(int second) {
        return switch (weather) {
            case CALM, OUTAGE, COLD_START -> 1;
            case DRIFT -> Math.pow(2, Math.sin(second / 600.0 * 2 * Math.PI));
            case BURSTS -> second % 60 < 10 ? 5 : 1;
        };
    }

    double errors(boolean newer, int second) {
        double base = newer && second >= badFrom ? newErrors : oldErrors;
        double factor = switch (weather) {
            case CALM, COLD_START -> 1;
            case DRIFT -> 1 + second / 300.0;
            case BURSTS -> second % 60 < 10 ? 3 : 1;
            case OUTAGE -> 1;
        };
        double outage = weather == Weather.OUTAGE && second >= 200 && second < 260 ? 0.5 : 0;
        return Math.min(1, Math.max(outage, base * factor));
    }
}

package dev.iputrace.cli;

/**
 * Asked to end: by SIGINT, SIGTERM or SIGHUP, or because nobody reads our stdout any more, where other tools die of
 * SIGPIPE. The first signal ends the observation in order, a second ends the process.
 */
final class Stop {
    private volatile int signal;

    /** Starts to listen. */
    static Stop onSignals() {
        Stop stop = new Stop();
        for (String name : new String[] {"INT", "TERM", "HUP"}) {
            Signals.handle(name, stop::received);
        }
        return stop;
    }

    private void received(int number) {
        if (signal != 0) {
            Runtime.getRuntime().halt(ExitCode.SIGNAL + number);
        }
        signal = number;
    }

    boolean asked() {
        return signal != 0 || Console.readerLeft();
    }

    /** The number of the signal, 0 for none. */
    int signal() {
        return signal;
    }
}

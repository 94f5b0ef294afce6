package dev.iputrace.cli;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How to start iputrace once more. */
final class Self {
    /** Set by the launcher: where it is. */
    private static final String LAUNCHER = "iputrace.launcher";

    private Self() {}

    /** The launcher, as a user starts it; without one, this JVM's own program, options and classes. */
    static List<String> command() {
        String launcher = System.getProperty(LAUNCHER);
        if (launcher != null) {
            return List.of(launcher);
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        return command;
    }
}

package dev.iputrace.tracefs;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Probes and instances by their name: what a process made, and what one that is gone has left. */
final class Leftovers {
    static final String PREFIX = "iputracefs_";
    static final String RARE_SUFFIX = "_rare";

    /** Removing waits for readers that are about to close: this often, this long. */
    private static final int TRIES = 100;

    private static final int PAUSE_MS = 10;

    private static final Pattern INSTANCE = Pattern.compile("(" + PREFIX + "([0-9]{1,10}))(" + RARE_SUFFIX + ")?");
    private static final Pattern EVENT = Pattern.compile("(?m)^[pr][0-9]*:(" + PREFIX + "([0-9]{1,10}))/(\\S+) ");

    private final Tracefs tracefs;

    Leftovers(Tracefs tracefs) {
        this.tracefs = tracefs;
    }

    /** Removes what processes have left that are not in this /proc any more. */
    void removeOfDead(Path proc) {
        Set<String> groups = new HashSet<>();
        for (String name : tracefs.list("instances")) {
            Matcher instance = INSTANCE.matcher(name);
            if (instance.matches() && isDead(proc, instance.group(2))) {
                groups.add(instance.group(1));
            }
        }
        Matcher event = EVENT.matcher(tracefs.read("kprobe_events"));
        while (event.find()) {
            if (isDead(proc, event.group(2))) {
                groups.add(event.group(1));
            }
        }
        for (String group : groups) {
            remove(group);
        }
    }

    private static boolean isDead(Path proc, String pid) {
        return !Files.exists(proc.resolve(pid));
    }

    /** Removes the instances and events of a group. Returns false when some would not go. */
    boolean remove(String group) {
        for (int tries = 0; tries < TRIES; tries++) {
            if (removeOnce(group)) {
                return true;
            }
            try {
                Thread.sleep(PAUSE_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return false;
    }

    private boolean removeOnce(String group) {
        boolean gone = true;
        for (String instance : new String[] {group, group + RARE_SUFFIX}) {
            String path = "instances/" + instance;
            if (tracefs.has(path)) {
                disable(path + "/events/" + group + "/enable");
                gone &= tracefs.removeDirectory(path);
            }
        }
        Matcher event = EVENT.matcher(tracefs.read("kprobe_events"));
        while (event.find()) {
            if (event.group(1).equals(group)) {
                gone &= removeEvent(group + "/" + event.group(3));
            }
        }
        return gone;
    }

    private void disable(String enable) {
        try {
            tracefs.write(enable, "0");
        } catch (TracefsException e) {
            // No event of the group is there any more.
        }
    }

    private boolean removeEvent(String event) {
        try {
            tracefs.append("kprobe_events", "-:" + event);
            return true;
        } catch (TracefsException e) {
            return false;
        }
    }
}

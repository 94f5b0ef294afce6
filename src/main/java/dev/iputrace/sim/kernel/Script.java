package dev.iputrace.sim.kernel;

import java.util.Arrays;

/** What a user task does, as a list of system calls: {@code op | argument << 8}. */
public final class Script {
    static final int CREAT = 1;
    static final int UNLINK = 2;
    static final int RENAME = 3;
    static final int WRITES = 4;
    static final int READ = 5;
    static final int CLOSE = 6;
    static final int AIO_WRITES = 7;
    static final int AIO_WAIT = 8;
    static final int SYNC = 9;
    static final int PRESSURE = 10;
    static final int NAME = 11;
    static final int LOOP = 12;
    static final int PARK = 13;
    static final int EPOCH_WAIT = 14;
    static final int EXIT = 15;
    static final int SPIN = 16;
    static final int TIMER = 17;

    private final int[] ops;

    private Script(int[] ops) {
        this.ops = ops;
    }

    public static Script begin() {
        return new Script(new int[0]);
    }

    private Script then(int op, int argument) {
        int[] longer = Arrays.copyOf(ops, ops.length + 1);
        longer[ops.length] = op | argument << 8;
        return new Script(longer);
    }

    /** open(O_CREAT) of the current name. */
    public Script creat() {
        return then(CREAT, 0);
    }

    public Script unlink() {
        return then(UNLINK, 0);
    }

    /** Over one of the names {@code first} to {@code first + count - 1}. */
    public Script rename(int first, int count) {
        return then(RENAME, first | count << 8);
    }

    /** One to a few write(2), {@code mean} on average. */
    public Script writes(int mean) {
        return then(WRITES, mean);
    }

    public Script read() {
        return then(READ, 0);
    }

    public Script close() {
        return then(CLOSE, 0);
    }

    /** io_submit with O_DIRECT, {@code mean} times on average. */
    public Script aioWrites(int mean) {
        return then(AIO_WRITES, mean);
    }

    /** io_getevents until nothing is under way. */
    public Script aioWait() {
        return then(AIO_WAIT, 0);
    }

    public Script sync() {
        return then(SYNC, 0);
    }

    /** Touches memory until kswapd has {@code scans} objects to look at. */
    public Script pressure(int scans) {
        return then(PRESSURE, scans);
    }

    /** The timers of flusher and kjournald2 fire: dirty_writeback_interval and the commit interval. */
    public Script timer() {
        return then(TIMER, 0);
    }

    /** Uses up so many time slices. */
    public Script spin(int slices) {
        Script script = this;
        for (int i = 0; i < slices; i++) {
            script = script.then(SPIN, 0);
        }
        return script;
    }

    /** Chooses one of the names {@code first} to {@code first + count - 1}. */
    public Script name(int first, int count) {
        return then(NAME, first | count << 8);
    }

    /** From the start again; the task ends here when the workload ends. */
    public Script loop() {
        return then(LOOP, 0);
    }

    /** Waits until the file system was unmounted and mounted again. */
    public Script park() {
        return then(PARK, 0).then(EPOCH_WAIT, 0);
    }

    public Script exit() {
        return then(EXIT, 0);
    }

    /** A hog: always runnable, so others mostly go first, as a fair scheduler has it. */
    public boolean spins() {
        for (int op : ops) {
            if ((op & 0xff) == SPIN) {
                return true;
            }
        }
        return false;
    }

    int[] ops() {
        return ops.clone();
    }
}

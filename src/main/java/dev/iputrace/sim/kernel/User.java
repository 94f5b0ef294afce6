package dev.iputrace.sim.kernel;

import static dev.iputrace.sim.kernel.Layout.*;

/** User space: fetches the next system call of the task's script. */
final class User {
    private static final long SLICE_NS = 2_000;

    private final Kernel k;
    private final int[] mem;
    private final int[][] scripts;

    User(Kernel kernel, int[][] scripts) {
        k = kernel;
        mem = kernel.mem;
        this.scripts = scripts;
    }

    boolean step(int t, int choice) {
        if (mem[t] == Pc.EXITED) {
            k.runnable &= ~k.taskBit;
            return false;
        }
        int op = scripts[k.task][mem[t + T_IP]];
        int argument = op >>> 8;
        switch (op & 0xff) {
            case Script.CREAT:
                return call(t, Pc.CREAT);
            case Script.UNLINK:
                return call(t, Pc.UNLINK);
            case Script.RENAME:
                mem[t + T_ARG] = choose(argument, choice);
                return call(t, Pc.RENAME);
            case Script.WRITES:
                return repeat(t, Pc.WRITE, argument, choice);
            case Script.READ:
                return call(t, Pc.READ);
            case Script.CLOSE:
                return call(t, Pc.CLOSE);
            case Script.AIO_WRITES:
                return repeat(t, Pc.AIO_SUBMIT, argument, choice);
            case Script.SYNC:
                return call(t, Pc.SYNC);
            case Script.TIMER:
                return call(t, Pc.TIMER);
            case Script.NAME:
                mem[t + T_NAME] = choose(argument, choice);
                mem[t + T_IP]++;
                return true;
            default:
                return control(t, op & 0xff, argument);
        }
    }

    private boolean control(int t, int op, int argument) {
        switch (op) {
            case Script.AIO_WAIT:
                if (mem[t + T_AIO] > 0) {
                    return k.sleep(t + T_AIO);
                }
                mem[t + T_IP]++;
                return true;
            case Script.PRESSURE:
                k.kick(SHRINK_KICK, argument);
                mem[t + T_IP]++;
                return true;
            case Script.SPIN:
                // Gives the CPU up, but stays runnable: its time slice is over.
                mem[t + T_IP]++;
                k.probes.sleepNs(SLICE_NS);
                return k.exact;
            case Script.LOOP:
                mem[t + T_IP] = 0;
                if (k.quitting) {
                    park();
                    k.go(t, Pc.EXITED);
                }
                return true;
            case Script.PARK:
                mem[t + T_ARG] = mem[EPOCH];
                park();
                mem[t + T_IP]++;
                return true;
            case Script.EPOCH_WAIT:
                if (mem[EPOCH] == mem[t + T_ARG]) {
                    return k.sleep(EPOCH);
                }
                mem[t + T_IP]++;
                return true;
            default:
                k.go(t, Pc.EXITED);
                return true;
        }
    }

    private void park() {
        mem[PARKED]++;
        k.wake(PARKED);
    }

    private boolean call(int t, int pc) {
        mem[t + T_IP]++;
        k.call(t, pc, Pc.USER);
        return true;
    }

    private boolean repeat(int t, int pc, int mean, int choice) {
        if (k.exact || ((choice & 0xffffffffL) * mean) >>> 32 == 0) {
            mem[t + T_IP]++;
        }
        k.call(t, pc, Pc.USER);
        return true;
    }

    private int choose(int firstAndCount, int choice) {
        int count = firstAndCount >>> 8;
        return (firstAndCount & 0xff) + (k.exact ? 0 : (int) (((choice & 0xffffffffL) * count) >>> 32));
    }
}

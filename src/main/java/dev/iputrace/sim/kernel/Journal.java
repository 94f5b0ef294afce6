package dev.iputrace.sim.kernel;

import static dev.iputrace.sim.kernel.Layout.*;

/**
 * kjournald2 in ordered mode: a commit writes the data of the inodes on its transaction, without a reference to any
 * of them; JI_COMMIT_RUNNING alone makes evict wait, at jbd2_journal_release_jbd_inode.
 */
final class Journal {
    /* I_TRANSACTION */
    static final int NONE = 0;
    static final int RUNNING = 1;
    static final int COMMITTING = 2;
    /** Committing, its pages submitted. */
    static final int SUBMITTED = 3;
    /** In addition: attached to the next transaction too. */
    static final int NEXT = 4;

    private static final int LOG_TURNS_MASK = 15;

    private final Kernel k;
    private final int[] mem;

    Journal(Kernel kernel) {
        k = kernel;
        mem = kernel.mem;
    }

    static boolean isCommitting(int transaction) {
        return (transaction & COMMITTING) != 0;
    }

    /** jbd2_journal_file_inode. */
    static void attach(Kernel k, int slot) {
        int transaction = k.inode(slot) + I_TRANSACTION;
        if (k.mem[transaction] == NONE) {
            k.mem[transaction] = RUNNING;
            k.runningInodes.add(slot);
        } else if (isCommitting(k.mem[transaction])) {
            k.mem[transaction] |= NEXT;
        }
    }

    boolean step(int t, int pc, int choice) {
        switch (pc) {
            case Pc.COMMIT_IDLE:
                return begin(t);
            case Pc.COMMIT_SUBMIT:
                return submitNext(t);
            case Pc.COMMIT_SUBMITTED:
                return submitted(t);
            case Pc.COMMIT_LOG:
                // Writes the metadata to the log: takes a while.
                if (!k.exact && (choice & LOG_TURNS_MASK) != 0) {
                    return false;
                }
                k.go(t, Pc.COMMIT_WAIT);
                return true;
            case Pc.COMMIT_WAIT:
                return waitNext(t);
            default:
                return pagesWritten(t);
        }
    }

    /** The running transaction becomes the committing one. */
    private boolean begin(int t) {
        if (mem[COMMIT_KICK] == 0) {
            return k.sleep(COMMIT_KICK);
        }
        mem[COMMIT_KICK] = 0;
        for (int slot = k.runningInodes.from(0); slot >= 0; slot = k.runningInodes.from(0)) {
            k.runningInodes.remove(slot);
            k.submitInodes.add(slot);
            mem[k.inode(slot) + I_TRANSACTION] = COMMITTING;
        }
        k.go(t, Pc.COMMIT_SUBMIT);
        return true;
    }

    private boolean submitNext(int t) {
        int slot = k.submitInodes.from(0);
        if (slot < 0) {
            k.go(t, Pc.COMMIT_LOG);
            return true;
        }
        mem[t + T_INODE] = slot;
        mem[k.inode(slot) + I_COMMIT_RUNNING] = 1;
        if (k.options.nodelalloc()) {
            k.call(t, Pc.WRITEPAGES, Pc.COMMIT_SUBMITTED);
        } else {
            // Pages without blocks are skipped: ext4_writepage would have to allocate.
            k.go(t, Pc.COMMIT_SUBMITTED);
        }
        return true;
    }

    private boolean submitted(int t) {
        int slot = mem[t + T_INODE];
        int inode = k.inode(slot);
        k.submitInodes.remove(slot);
        k.waitInodes.add(slot);
        mem[inode + I_TRANSACTION] = SUBMITTED | (mem[inode + I_TRANSACTION] & NEXT);
        mem[inode + I_COMMIT_RUNNING] = 0;
        k.wake(inode + I_COMMIT_RUNNING);
        mem[t + T_INODE] = 0;
        k.go(t, Pc.COMMIT_SUBMIT);
        return true;
    }

    private boolean waitNext(int t) {
        int slot = k.waitInodes.from(0);
        if (slot < 0) {
            k.idle(t, Pc.COMMIT_IDLE);
            return true;
        }
        mem[t + T_INODE] = slot;
        mem[k.inode(slot) + I_COMMIT_RUNNING] = 1;
        k.go(t, Pc.COMMIT_PAGES_WAIT);
        return true;
    }

    private boolean pagesWritten(int t) {
        int slot = mem[t + T_INODE];
        int inode = k.inode(slot);
        if (mem[inode + I_WRITEBACK] > 0) {
            return k.sleep(inode + I_WRITEBACK);
        }
        k.waitInodes.remove(slot);
        boolean next = (mem[inode + I_TRANSACTION] & NEXT) != 0;
        mem[inode + I_TRANSACTION] = NONE;
        if (next) {
            attach(k, slot);
        }
        mem[inode + I_COMMIT_RUNNING] = 0;
        k.wake(inode + I_COMMIT_RUNNING);
        mem[t + T_INODE] = 0;
        k.go(t, Pc.COMMIT_WAIT);
        return true;
    }
}

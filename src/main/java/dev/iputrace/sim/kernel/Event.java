package dev.iputrace.sim.kernel;

/** The event being made; one object, filled again and again. */
final class Event {
    final CallSites sites;
    long tsNs;
    int op;
    int flags;
    int cpu;
    long inode;
    long ioEnd;
    long iIno;
    long caller;
    int sDev;
    int iCount;
    int iState;
    int tid;
    String comm = "";

    /** Frame of the task, and the code that called the probed function where no return address tells. */
    int frame;

    int site;
    int[] mem = new int[0];

    /** Out: not lost. */
    boolean sent;

    Event(CallSites sites) {
        this.sites = sites;
    }
}

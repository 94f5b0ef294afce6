package dev.iputrace.explore;

/** Which task goes on, and which way: packed into 16 bits. */
final class Move {
    private Move() {}

    static int of(int task, int choice) {
        return (task << 8) | choice;
    }

    static int task(int move) {
        return move >>> 8;
    }

    static int choice(int move) {
        return move & 0xff;
    }
}

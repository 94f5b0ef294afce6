package dev.iputrace.trace.text;

/**
 * Who, where, when and what of a trace line, by position, so that task names may hold anything: a name is at most 16
 * bytes, and the last place that can end it does. Grammars (of Linux 2.6.32 to 7.x, trace-cmd 3.1, perf 6.1):
 *
 * <pre>
 *   ftrace, trace-cmd   COMM-PID [(TGID)] [CPU] [FLAGS] SEC.FRAC: EVENT: BODY
 *   perf script         COMM PID[/TID] [CPU] SEC.FRAC: [PERIOD] GROUP:EVENT: BODY
 *   latency, dump       COMM-PID CPUFLAGS USECus?: EVENT: BODY       behind "[ SEC.FRAC] " on a console
 *   iputrace            iputrace NSEC CPU TID EVENT BODY
 * </pre>
 *
 * Hot path: one {@link #parse} per line; allocates nothing.
 */
final class LineHead {
    static final int NONE = 0;
    static final int FTRACE = 1;
    static final int PERF = 2;
    static final int LATENCY = 3;
    static final int IPUTRACE = 4;
    private static final int GRAMMARS = 4;

    private static final int COMM_MAX = 16;
    private static final int LATENCY_COMM_MAX = 8;
    private static final int CPU_MAX = 0xffff;
    private static final long NS_PER_SECOND = 1_000_000_000;
    private static final long SECONDS_MAX = Long.MAX_VALUE / NS_PER_SECOND - 1;
    private static final String OWN = "iputrace ";

    /** The grammar that fitted last is tried first. */
    private int usual = FTRACE;

    int grammar;
    int cpu;
    int tid;
    long tsNs;
    int commStart;
    int commEnd;
    int nameStart;
    int nameEnd;
    int body;
    /** Behind a console prefix. */
    boolean onConsole;

    private boolean unnamed;
    private byte[] line = {};
    private int end;

    /**
     * Whether it is an event of ftrace that has no name before its text, as the function tracer and stacks write them:
     * {@code ... 8.833948: vfs_read <-ksys_read}, {@code ... 8.833948: <stack trace>}.
     */
    boolean isUnnamed(byte[] bytes, int from, int to) {
        line = bytes;
        end = to;
        unnamed = true;
        grammar = fits(FTRACE, from) ? FTRACE : fits(LATENCY, from) ? LATENCY : NONE;
        unnamed = false;
        return grammar != NONE;
    }

    /** The grammar of the line, or {@link #NONE}. */
    int parse(byte[] bytes, int from, int to) {
        line = bytes;
        end = to;
        grammar = NONE;
        if (fits(usual, from)) {
            grammar = usual;
            return grammar;
        }
        for (int candidate = 1; candidate <= GRAMMARS; candidate++) {
            if (candidate != usual && fits(candidate, from)) {
                grammar = candidate;
                usual = candidate;
                return grammar;
            }
        }
        return NONE;
    }

    private boolean fits(int candidate, int from) {
        onConsole = false;
        return switch (candidate) {
            case FTRACE -> ftrace(from);
            case PERF -> perf(from);
            case LATENCY -> latency(from);
            default -> own(from);
        };
    }

    private boolean ftrace(int from) {
        if (from + COMM_MAX < end && line[from + COMM_MAX] == '-' && ftraceTail(from + COMM_MAX + 1)) {
            commStart = Bytes.skipSpaces(line, from, from + COMM_MAX);
            commEnd = from + COMM_MAX;
            return true;
        }
        commStart = Bytes.skipSpaces(line, from, end);
        for (int dash = Math.min(commStart + COMM_MAX, end - 1); dash >= commStart; dash--) {
            if (line[dash] == '-' && ftraceTail(dash + 1)) {
                commEnd = dash;
                return true;
            }
        }
        return false;
    }

    private boolean ftraceTail(int from) {
        int at = Bytes.skipDigits(line, from, end);
        if (at == from || at == end) {
            return false;
        }
        tid = number(from, at, Integer.MAX_VALUE);
        if (tid < 0) {
            return false;
        }
        at = Bytes.skipSpaces(line, at, end);
        if (at < end && line[at] == '(') {
            at = Bytes.find(line, at, end, ')');
            if (at < 0) {
                return false;
            }
            at = Bytes.skipSpaces(line, at + 1, end);
        }
        at = cpuInBrackets(at);
        if (at < 0) {
            return false;
        }
        if (at < end && !Bytes.isDigit(line[at])) {
            at = Bytes.find(line, at, end, ' ');
            if (at < 0) {
                return false;
            }
            at = Bytes.skipSpaces(line, at, end);
        }
        at = time(at);
        return at >= 0 && name(Bytes.skipSpaces(line, at, end), false);
    }

    private boolean perf(int from) {
        commStart = Bytes.skipSpaces(line, from, end);
        for (int open = Math.min(commStart + COMM_MAX + 24, end - 1); open > commStart; open--) {
            if (line[open] == '[' && perfTask(open)) {
                int at = cpuInBrackets(open);
                at = at < 0 ? -1 : time(at);
                if (at >= 0 && name(skipPeriod(Bytes.skipSpaces(line, at, end)), true)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** {@code COMM PID} or {@code COMM PID/TID} that ends before this bracket. */
    private boolean perfTask(int bracket) {
        int at = skipSpacesBack(bracket);
        int digits = at;
        while (digits > commStart && Bytes.isDigit(line[digits - 1])) {
            digits--;
        }
        if (digits == at || at == bracket || digits == commStart) {
            return false;
        }
        tid = number(digits, at, Integer.MAX_VALUE);
        if (line[digits - 1] == '/') {
            digits--;
            while (digits > commStart && (Bytes.isDigit(line[digits - 1]) || line[digits - 1] == '-')) {
                digits--;
            }
        } else if (line[digits - 1] == '-') {
            digits--;
        }
        commEnd = skipSpacesBack(digits);
        return tid >= 0 && commEnd < digits && commEnd > commStart && commEnd - commStart <= COMM_MAX;
    }

    private int skipSpacesBack(int from) {
        int at = from;
        while (at > commStart && line[at - 1] == ' ') {
            at--;
        }
        return at;
    }

    private int skipPeriod(int from) {
        int at = Bytes.skipDigits(line, from, end);
        return at > from && at < end && line[at] == ' ' ? Bytes.skipSpaces(line, at, end) : from;
    }

    private boolean latency(int from) {
        int start = console(from);
        onConsole = start > from;
        commStart = Bytes.skipSpaces(line, start, end);
        for (int dash = Math.min(commStart + LATENCY_COMM_MAX, end - 1); dash >= commStart; dash--) {
            if (line[dash] == '-' && latencyTail(dash + 1)) {
                commEnd = dash;
                return true;
            }
        }
        return false;
    }

    private boolean latencyTail(int from) {
        int at = Bytes.skipDigits(line, from, end);
        if (at == from) {
            return false;
        }
        tid = number(from, at, Integer.MAX_VALUE);
        int cpuStart = Bytes.skipSpaces(line, at, end);
        at = Bytes.skipDigits(line, cpuStart, end);
        int flags = at;
        if (cpuStart == at || flags == end || line[flags] == ' ') {
            return false;
        }
        cpu = number(cpuStart, at, CPU_MAX);
        at = Bytes.find(line, flags, end, ' ');
        int usStart = at < 0 ? end : Bytes.skipSpaces(line, at, end);
        at = Bytes.skipDigits(line, usStart, end);
        long us = Bytes.decimal(line, usStart, at, Long.MAX_VALUE / 1000);
        if (at == usStart || !Bytes.startsWith(line, at, end, "us") || us < 0 || tid < 0 || cpu < 0) {
            return false;
        }
        tsNs = us * 1000;
        at += 2;
        if (at < end && line[at] != ':') {
            at++;
        }
        return at < end && line[at] == ':' && name(Bytes.skipSpaces(line, at + 1, end), false);
    }

    /** Behind syslog level and any number of {@code [...]} of the kernel log. */
    private int console(int from) {
        int at = Bytes.skipSpaces(line, from, end);
        if (at < end && line[at] == '<') {
            at = Bytes.find(line, at, end, '>') + 1;
            if (at == 0) {
                return from;
            }
        }
        int start = from;
        while (at < end && line[at] == '[') {
            int close = Bytes.find(line, at, Math.min(end, at + 32), ']');
            if (close < 0) {
                return start;
            }
            at = close + 1;
            start = at;
            at = Bytes.skipSpaces(line, at, end);
        }
        return start;
    }

    private boolean own(int from) {
        int at = Bytes.skipSpaces(line, from, end);
        if (!Bytes.startsWith(line, at, end, OWN)) {
            return false;
        }
        commStart = commEnd = at;
        int start = Bytes.skipSpaces(line, at + OWN.length(), end);
        at = Bytes.skipDigits(line, start, end);
        tsNs = Bytes.decimal(line, start, at, Long.MAX_VALUE);
        int cpuStart = Bytes.skipSpaces(line, at, end);
        int cpuEnd = Bytes.skipDigits(line, cpuStart, end);
        cpu = number(cpuStart, cpuEnd, CPU_MAX);
        int tidStart = Bytes.skipSpaces(line, cpuEnd, end);
        int tidEnd = Bytes.skipDigits(line, tidStart, end);
        tid = number(tidStart, tidEnd, Integer.MAX_VALUE);
        nameStart = Bytes.skipSpaces(line, tidEnd, end);
        nameEnd = Bytes.skipWord(line, nameStart, end);
        body = Bytes.skipSpaces(line, nameEnd, end);
        boolean whole = at > start && cpuEnd > cpuStart && tidEnd > tidStart && nameEnd > nameStart;
        return whole && tsNs >= 0 && cpu >= 0 && tid >= 0;
    }

    /** Reads {@code [CPU]} and the spaces behind it; the position there, or -1. */
    private int cpuInBrackets(int from) {
        if (from >= end || line[from] != '[') {
            return -1;
        }
        int at = Bytes.skipDigits(line, from + 1, end);
        if (at - from < 4 || at == end || line[at] != ']') {
            return -1;
        }
        cpu = number(from + 1, at, CPU_MAX);
        int next = Bytes.skipSpaces(line, at + 1, end);
        return cpu < 0 || next == at + 1 ? -1 : next;
    }

    /** Decimal, or -1 when there is more than can be. */
    private int number(int from, int to, int max) {
        return (int) Bytes.decimal(line, from, to, max);
    }

    /** Reads {@code SEC.FRAC:}, a plain count of ns where there is no point; the position behind, or -1. */
    private int time(int from) {
        int point = Bytes.skipDigits(line, from, end);
        if (point == from || point == end) {
            return -1;
        }
        if (line[point] == ':') {
            tsNs = Bytes.decimal(line, from, point, Long.MAX_VALUE);
            return tsNs < 0 ? -1 : point + 1;
        }
        long seconds = Bytes.decimal(line, from, point, SECONDS_MAX);
        int at = Bytes.skipDigits(line, point + 1, end);
        int digits = at - point - 1;
        if (line[point] != '.' || digits < 1 || digits > 9 || at == end || line[at] != ':' || seconds < 0) {
            return -1;
        }
        long fraction = Bytes.decimal(line, point + 1, at);
        for (int i = digits; i < 9; i++) {
            fraction *= 10;
        }
        tsNs = seconds * NS_PER_SECOND + fraction;
        return at + 1;
    }

    /** Reads {@code EVENT: } or {@code GROUP:EVENT: }. */
    private boolean name(int from, boolean grouped) {
        if (unnamed) {
            return from < end && (line[from] == '<' || line[from] == '#' || isCallee(from));
        }
        int start = from;
        int at = nameEnd(start);
        if (at == start || at == end || line[at] != ':') {
            return false;
        }
        if (grouped && at + 1 < end && line[at + 1] != ' ') {
            start = at + 1;
            at = nameEnd(start);
            if (at == start || at == end || line[at] != ':') {
                return false;
            }
        }
        nameStart = start;
        nameEnd = at;
        body = Bytes.skipSpaces(line, at + 1, end);
        return at + 1 == end || line[at + 1] == ' ';
    }

    /** {@code vfs_read <-ksys_read}; the return of a probe has a space behind its arrow. */
    private boolean isCallee(int from) {
        int arrow = Bytes.find(line, from, end, " <-");
        return arrow > from && arrow + 3 < end && line[arrow + 3] != ' ';
    }

    private int nameEnd(int from) {
        int at = from;
        while (at < end && (Bytes.isWord(line[at]) || (line[at] == '-' && at > from))) {
            at++;
        }
        return at;
    }
}

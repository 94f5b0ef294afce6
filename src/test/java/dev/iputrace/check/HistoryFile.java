package dev.iputrace.check;

import dev.iputrace.abi.CellWriter;
import dev.iputrace.abi.EventCell;
import dev.iputrace.event.Flag;
import dev.iputrace.event.LossStage;
import dev.iputrace.event.Op;
import dev.iputrace.event.OpCode;
import dev.iputrace.event.Provenance;
import dev.iputrace.event.Stat;
import dev.iputrace.event.StateBits;
import dev.iputrace.model.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A history as text, one cell a line:
 *
 * <pre>
 * # a comment
 * ! level=guard            a line of the provenance; "! -probe.evict" takes one away
 * ? io_end_live_limit=2s   an option of the checker: io_end_live_limit, inodes_max, io_ends_max, require_window
 * 10ms iput A cpu1 n=0 freeing in_free io=e1 from=ext4_free_io_end tid=7
 *      stack 1 2 3         cells that go with the event above; so does: comm stress
 *      lose 3 cpu1         numbers that nobody gets
 *      stat ring_full 3 cpu1
 *      loss import 5       a LOSS cell
 * = R2 +R1 proof           what must be found, in this order
 * = reason ring_full       part of a reason for UNKNOWN; also: note, internal, bad_put N, window N, lost N
 * </pre>
 *
 * Inodes are capitals and io_ends {@code e1} ...; {@code n} is i_count. By default everything is probed by fentry.
 * A time is ns with a unit, not less than before unless it says {@code seq=}.
 */
public final class HistoryFile {
    private static final long INODES = 0xffff888000000000L;
    private static final long IO_ENDS = 0xffff8880c0000000L;
    public static final long CALLERS = 0xffffffff81000000L;

    private final List<EventCell> cells = new ArrayList<>();
    private final List<String> expected = new ArrayList<>();
    private final Map<String, String> provenance = new LinkedHashMap<>();
    private final Map<String, Long> callers = new HashMap<>();
    private final int[] nextSeq = new int[64];
    private CheckerOptions options = CheckerOptions.defaults().withHistoryCells(1024);
    private long tsNs;
    private int cpu;
    private int seq;
    private int stackIndex;

    HistoryFile() {
        provenance.put("source", "test");
        provenance.put("kernel", "6.1.0-test");
        provenance.put("level", "full");
        provenance.put("iput_panics", "1");
        provenance.put("i_will_free", "0x10");
        provenance.put("i_freeing", "0x20");
        provenance.put("i_clear", "0x40");
        for (Op op : Op.values()) {
            if (op.code() < OpCode.FIRST_COMPANION) {
                provenance.put("probe." + op.label(), "fentry:" + op.label());
            }
        }
    }

    public static HistoryFile read(Path path) throws IOException {
        HistoryFile file = new HistoryFile();
        Files.readAllLines(path).forEach(file::line);
        return file;
    }

    public static HistoryFile of(String... lines) {
        HistoryFile file = new HistoryFile();
        List.of(lines).forEach(file::line);
        return file;
    }

    /** Checks it to the end. */
    public HistoryRun run() {
        return new HistoryRun(this);
    }

    List<EventCell> cells() {
        return cells;
    }

    public Provenance provenance() {
        return Provenance.of(provenance);
    }

    CheckerOptions options() {
        return options;
    }

    /** What the lines that begin with {@code =} say, in order. */
    List<String> expected() {
        return expected;
    }

    private void line(String line) {
        String text = line.replaceFirst("#.*", "").strip();
        if (text.isEmpty()) {
            return;
        }
        String rest = text.substring(1).strip();
        switch (text.charAt(0)) {
            case '!' -> provenance(rest);
            case '?' -> option(rest.split("="));
            case '=' -> expected.add(rest);
            default -> cell(text.split("\\s+"));
        }
    }

    private void provenance(String text) {
        if (text.startsWith("-")) {
            if (provenance.remove(text.substring(1)) == null) {
                throw new IllegalArgumentException("history: no such key: " + text);
            }
            return;
        }
        String[] entry = text.split("=", 2);
        provenance.put(entry[0], entry[1]);
    }

    private void option(String[] option) {
        options = switch (option[0]) {
            case "io_end_live_limit" -> options.withIoEndLiveLimitNs(ns(option[1]));
            case "inodes_max" -> options.withInodesMax(Long.parseLong(option[1]));
            case "io_ends_max" -> options.withIoEndsMax(Integer.parseInt(option[1]));
            case "require_window" -> options.withRequireWindow(option[1].equals("yes"));
            default -> throw new IllegalArgumentException("history: no such option: " + option[0]);
        };
    }

    private void cell(String[] words) {
        switch (words[0]) {
            case "stack" -> stack(words);
            case "comm" -> begin(tsNs, OpCode.COMM, 0, cpu, seq).comm(words[1], 100, 101);
            case "lose" -> nextSeq[cpu(words, 2)] += Integer.parseInt(words[1]);
            case "stat" -> stat(words);
            case "loss" -> loss(words);
            default -> event(words);
        }
    }

    private void stack(String[] words) {
        CellWriter cell = begin(tsNs, OpCode.STACK, stackIndex++, cpu, seq);
        for (int i = 1; i < words.length; i++) {
            cell.word(i - 1, CALLERS + Long.parseLong(words[i]));
        }
    }

    private void stat(String[] words) {
        int id = switch (words[1]) {
            case "seq" -> Stat.SEQ;
            case "ring_full" -> Stat.RING_FULL;
            case "rare_full" -> Stat.RARE_FULL;
            case "no_entry" -> Stat.NO_ENTRY;
            case "wrong_bits" -> Stat.WRONG_BITS;
            default -> {
                String[] of = words[1].split("\\.");
                int base = of[0].equals("runs") ? Stat.RUNS : of[0].equals("hits") ? Stat.HITS : Stat.MISSES;
                yield base + Op.valueOf(of[1].toUpperCase(Locale.ROOT)).code();
            }
        };
        begin(tsNs, OpCode.STAT, 0, cpu(words, 3), id).word(0, Long.parseLong(words[2]));
    }

    private void loss(String[] words) {
        int stage = LossStage.valueOf(words[1].toUpperCase(Locale.ROOT)).code();
        begin(tsNs, OpCode.LOSS, stage, cpu(words, 3), 0).word(0, Long.parseLong(words[2]));
    }

    private void event(String[] words) {
        int at = 0;
        tsNs = ns(words[at++]);
        cpu = 0;
        Op op = Op.valueOf(words[at++].toUpperCase(Locale.ROOT));
        Event event = new Event();
        for (; at < words.length; at++) {
            event.word(words[at]);
        }
        seq = event.seq >= 0 ? event.seq : nextSeq[cpu]++;
        stackIndex = 0;
        StateBits bits = StateBits.V2_6_32;
        int iState = event.state
                | ((event.flags & Flag.FREEING) != 0 ? bits.freeing() : 0)
                | ((event.flags & Flag.CLEAR) != 0 ? bits.clear() : 0)
                | ((event.flags & Flag.WILL_FREE) != 0 ? bits.willFree() : 0);
        begin(tsNs, op.code(), event.flags, cpu, seq)
                .inode(event.inode, event.ino, event.dev)
                .ioEnd(event.ioEnd)
                .state(event.count, iState)
                .task(event.tid, event.caller);
    }

    private CellWriter begin(long ts, int op, int flags, int onCpu, int number) {
        Cell cell = new Cell();
        cells.add(cell.view());
        return cell.writer.begin(0, ts, op, flags, onCpu, number);
    }

    private static int cpu(String[] words, int at) {
        return at < words.length ? Integer.parseInt(words[at].substring("cpu".length())) : 0;
    }

    private static long ns(String time) {
        String unit = time.replaceFirst("[0-9.]+", "");
        double factor = switch (unit) {
            case "ns" -> 1;
            case "us" -> 1e3;
            case "ms" -> 1e6;
            case "s" -> 1e9;
            default -> throw new IllegalArgumentException("history: no such unit: " + time);
        };
        return Math.round(Double.parseDouble(time.substring(0, time.length() - unit.length())) * factor);
    }

    private final class Event {
        private static final Map<String, Integer> FLAGS = Map.of(
                "freeing", Flag.FREEING,
                "clear", Flag.CLEAR,
                "will_free", Flag.WILL_FREE,
                "unlinked", Flag.UNLINKED,
                "refused", Flag.REFUSED,
                "in_init", Flag.IN_IO_END_INIT,
                "in_free", Flag.IN_IO_END_FREE,
                "broken", Flag.BROKEN_RULE);

        long inode;
        long ioEnd;
        long ino;
        long caller;
        int dev = 8 << 20 | 1;
        int count = 1;
        int state;
        int tid = 101;
        int flags;
        int seq = -1;

        void word(String word) {
            int flag = FLAGS.getOrDefault(word, 0);
            if (flag != 0) {
                flags |= flag;
            } else if (word.matches("[A-Z]")) {
                inode = inodeOf(word);
                ino = ino == 0 ? 1 + word.charAt(0) - 'A' : ino;
            } else if (word.startsWith("cpu")) {
                cpu = Integer.parseInt(word.substring("cpu".length()));
            } else if (word.matches("e\\d+")) {
                ioEnd = IO_ENDS + 64L * Integer.parseInt(word.substring(1));
            } else {
                String[] field = word.split("=");
                field(field[0], field[1]);
            }
        }

        private void field(String name, String value) {
            switch (name) {
                case "n" -> count = Integer.parseInt(value);
                case "ino" -> ino = Long.parseLong(value);
                case "tid" -> tid = Integer.parseInt(value);
                case "seq" -> seq = Integer.parseInt(value);
                case "state" -> state = Integer.decode(value);
                case "dev" -> dev = 8 << 20 | Integer.parseInt(value);
                case "from" -> caller = callers.computeIfAbsent(value, key -> CALLERS + 0x1000L * (callers.size() + 1));
                default -> throw new IllegalArgumentException("history: no such field: " + name);
            }
        }
    }

    static long inodeOf(String name) {
        return INODES + 1088L * (name.charAt(0) - 'A' + 1);
    }

    /** As in {@code = R2 +R1 proof}. */
    static String describe(Finding finding) {
        StringBuilder text = new StringBuilder(finding.rule().id());
        for (Rule rule : finding.also()) {
            text.append(" +").append(rule.id());
        }
        return text.append(' ')
                .append(finding.strength().name().toLowerCase(Locale.ROOT))
                .toString();
    }
}

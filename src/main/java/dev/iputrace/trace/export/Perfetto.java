package dev.iputrace.trace.export;

import dev.iputrace.event.EventView;
import dev.iputrace.event.Flag;
import dev.iputrace.event.OpCode;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A trace for ui.perfetto.dev: a counter track of i_count per inode, a track per io_end with a slice for each of its
 * lives, an instant per call that {@link Suspects} names, and a flow from a refused igrab over its io_end to the put
 * that has no reference. Field numbers are those of perfetto's trace_packet.proto and its kin.
 */
public final class Perfetto implements Exporter {
    /** A browser takes traces of up to about this many events. */
    public static final long EVENTS_MAX = 1_000_000;

    private static final int TRACKS_MAX = 100_000;
    private static final long ROOT_TRACK = 1;
    private static final int SLICE_BEGIN = 1;
    private static final int SLICE_END = 2;
    private static final int INSTANT = 3;
    private static final int COUNTER = 4;

    private final OutputStream out;
    private final Suspects suspects;
    private final Set<Long> tracks = new HashSet<>();
    private final Map<Long, Long> ioEndFlows = new HashMap<>();
    /** By task: the flow of the igrab it was refused, and of the io_end it freed last. */
    private final Map<Integer, Long> refused = new HashMap<>();

    private final Map<Integer, Long> freed = new HashMap<>();
    private final Set<Long> openIoEnds = new HashSet<>();
    private long flows;
    private long events;
    private long omitted;
    private @Nullable IOException failure;

    public Perfetto(OutputStream out, String kernel, Suspects suspects) {
        this.out = out;
        this.suspects = suspects;
        ProtoWriter process = new ProtoWriter().varint(1, 1).text(6, "iputrace, kernel " + kernel);
        packet(new ProtoWriter()
                .message(60, new ProtoWriter().varint(1, ROOT_TRACK).message(3, process)));
    }

    /** Events beyond what a browser can take. */
    public long omitted() {
        return omitted;
    }

    @Override
    public void cell(EventView cell) {
        int op = cell.op();
        if (op >= OpCode.FIRST_COMPANION) {
            return;
        }
        if (events == EVENTS_MAX) {
            omitted++;
            return;
        }
        events++;
        switch (op) {
            case OpCode.IO_END_INIT -> init(cell);
            case OpCode.IO_END_FREE -> free(cell);
            case OpCode.UMOUNT -> instant(cell, ROOT_TRACK, "umount " + CellText.dev(cell.sDev()), 0);
            default -> inode(cell, op);
        }
    }

    private void inode(EventView cell, int op) {
        long track = counterTrack(cell);
        event(
                cell.tsNs(),
                new ProtoWriter().varint(9, COUNTER).varint(11, track).varint(30, cell.iCount()));
        String what = suspects.name(cell);
        long flow = 0;
        if (op == OpCode.IGRAB && (cell.flags() & Flag.REFUSED) != 0) {
            flow = ++flows;
            refused.put(cell.tid(), flow);
        } else if (op == OpCode.IPUT && freed.containsKey(cell.tid())) {
            flow = freed.remove(cell.tid());
        }
        if (what != null || flow != 0) {
            String name = what != null ? what : CellText.op(op);
            instant(cell, inodeTrack(cell), name, flow);
        }
    }

    private void init(EventView cell) {
        long track = ioEndTrack(cell.ioEnd());
        Long flow = (cell.flags() & Flag.REFUSED) != 0 ? refused.remove(cell.tid()) : null;
        end(cell, track);
        ProtoWriter begin = new ProtoWriter()
                .varint(9, SLICE_BEGIN)
                .varint(11, track)
                .text(22, "io_end")
                .text(23, "io_end of inode 0x" + Long.toHexString(cell.inode()));
        annotate(begin, cell);
        if (flow != null) {
            begin.fixed64(47, flow);
            ioEndFlows.put(cell.ioEnd(), flow);
        }
        openIoEnds.add(cell.ioEnd());
        event(cell.tsNs(), begin);
    }

    private void free(EventView cell) {
        Long flow = ioEndFlows.remove(cell.ioEnd());
        if (flow != null) {
            freed.put(cell.tid(), flow);
        }
        end(cell, ioEndTrack(cell.ioEnd()));
    }

    private void end(EventView cell, long track) {
        if (openIoEnds.remove(cell.ioEnd())) {
            event(cell.tsNs(), new ProtoWriter().varint(9, SLICE_END).varint(11, track));
        }
    }

    private void instant(EventView cell, long track, String name, long flow) {
        ProtoWriter instant = new ProtoWriter()
                .varint(9, INSTANT)
                .varint(11, track)
                .text(22, "iputrace")
                .text(23, name);
        annotate(instant, cell);
        if (flow != 0) {
            instant.fixed64(47, flow);
        }
        event(cell.tsNs(), instant);
    }

    private static void annotate(ProtoWriter event, EventView cell) {
        annotation(event, "i_count", cell.iCount());
        annotation(event, "i_ino", cell.iIno());
        annotation(event, "tid", cell.tid());
        annotation(event, "cpu", cell.cpu());
        event.message(4, new ProtoWriter().text(10, "flags").text(6, Flag.names(cell.flags())));
    }

    private static void annotation(ProtoWriter event, String name, long value) {
        event.message(4, new ProtoWriter().text(10, name).varint(4, value));
    }

    private long counterTrack(EventView cell) {
        String name = "i_count of i_ino " + Long.toUnsignedString(cell.iIno()) + " (0x" + Long.toHexString(cell.inode())
                + ")";
        return track(cell.inode() * 4 + 2, name, true);
    }

    private long inodeTrack(EventView cell) {
        return track(cell.inode() * 4 + 3, "i_ino " + Long.toUnsignedString(cell.iIno()), false);
    }

    private long ioEndTrack(long ioEnd) {
        return track(ioEnd * 4 + 1, "io_end 0x" + Long.toHexString(ioEnd), false);
    }

    /** Described before it is used for the first time; with too many tracks the rest goes to the root. */
    private long track(long uuid, String name, boolean counter) {
        if (tracks.contains(uuid)) {
            return uuid;
        }
        if (tracks.size() == TRACKS_MAX) {
            omitted++;
            return ROOT_TRACK;
        }
        tracks.add(uuid);
        ProtoWriter descriptor = new ProtoWriter().varint(1, uuid).text(2, name).varint(5, ROOT_TRACK);
        if (counter) {
            descriptor.message(8, new ProtoWriter());
        }
        packet(new ProtoWriter().message(60, descriptor));
        return uuid;
    }

    private void event(long tsNs, ProtoWriter trackEvent) {
        packet(new ProtoWriter().varint(8, tsNs).varint(10, 1).message(11, trackEvent));
    }

    private void packet(ProtoWriter packet) {
        try {
            if (failure == null) {
                out.write(new ProtoWriter().message(1, packet).toBytes());
            }
        } catch (IOException e) {
            failure = e;
        }
    }

    @Override
    public void close() throws IOException {
        IOException first = failure;
        if (first != null) {
            throw first;
        }
        out.flush();
    }
}

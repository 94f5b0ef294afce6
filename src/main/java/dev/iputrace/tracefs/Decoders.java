package dev.iputrace.tracefs;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which record is which event, by the {@code common_type} at its beginning. */
final class Decoders {
    private static final int TYPES = 1 << 16;

    private final @Nullable Decoder[] byType = new @Nullable Decoder[TYPES];
    private final int commonType;
    private final int commonPid;
    private final int stackType;
    private final int stackAt;

    /** {@code stack}: of ftrace/kernel_stack; {@code formats}: one for each probe, in the same order. */
    Decoders(List<Probe> probes, List<EventFormat> formats, EventFormat stack) {
        for (int i = 0; i < probes.size(); i++) {
            byType[formats.get(i).id() & (TYPES - 1)] = new Decoder(probes.get(i), formats.get(i));
        }
        commonType = formats.get(0).offset("common_type");
        commonPid = formats.get(0).offset("common_pid");
        stackType = stack.id();
        stackAt = stack.offset("caller");
        if (commonType < 0 || commonPid < 0) {
            throw new TracefsException("unknown event format: no common_type or common_pid");
        }
    }

    /** Null for events that are not ours. */
    @Nullable
    Decoder of(ByteBuffer page, int dataAt, int length) {
        return length < commonPid + 4 ? null : byType[page.getShort(dataAt + commonType) & 0xffff];
    }

    boolean isStack(ByteBuffer page, int dataAt, int length) {
        return length >= commonPid + 4 && (page.getShort(dataAt + commonType) & 0xffff) == stackType;
    }

    /** Where in a stack record its addresses begin. */
    int stackAt() {
        return stackAt;
    }

    int tid(ByteBuffer record) {
        return record.getInt(commonPid);
    }
}

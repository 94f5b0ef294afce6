package dev.iputrace.tracefs;

import dev.iputrace.event.Level;
import dev.iputrace.event.StateBits;
import dev.iputrace.trace.capture.Offsets;
import dev.iputrace.trace.text.KernelRelease;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A folder with the files of two rings, filled with pages as the kernel writes them. */
final class FakeTracefs {
    static final PageLayout LAYOUT = new PageLayout(8, 8, 16, 4096);
    static final String OFFSETS =
            "i_count=344,i_state=152,i_state_size=8,i_ino=64,i_nlink=72,i_sb=40,s_dev=16,s_magic=96";
    static final int STACK_TYPE = 4;

    private static final Pattern ARGUMENT = Pattern.compile(" ([a-z_]+)=\\S+:([us])(32|64)");

    private final Path dir;
    final Level level;
    final List<Probe> probes = new ArrayList<>();
    private final List<EventFormat> formats = new ArrayList<>();
    private final Map<String, Pages> pages = new TreeMap<>();

    FakeTracefs(Path dir, Level level) {
        this.dir = dir;
        this.level = level;
        Probe.Maker maker = new Probe.Maker("g", "_1", level, 0, offsets(), Probe.Registers.X86_64);
        for (Point point : Point.values()) {
            for (Probe probe : maker.of(point, point.functions().get(0))) {
                probes.add(probe);
                formats.add(EventFormat.parse(format(probe, 1000 + probes.size()), probe.name()));
            }
        }
    }

    static Offsets offsets() {
        KernelRelease kernel = Objects.requireNonNull(KernelRelease.parse("6.1.0-56-amd64"));
        return Offsets.parse(OFFSETS, kernel, "test");
    }

    /** The text that the kernel would make of the probe's definition. */
    static String format(Probe probe, int id) {
        StringBuilder text = new StringBuilder("name: " + probe.name() + "\nID: " + id + "\nformat:\n"
                + "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
                + "\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"
                + "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n");
        int at = 8;
        for (String ip : probe.isReturn() ? List.of("__probe_func", "__probe_ret_ip") : List.of("__probe_ip")) {
            text.append("\tfield:unsigned long ").append(ip).append(";\toffset:" + at + ";\tsize:8;\tsigned:0;\n");
            at += 8;
        }
        Matcher argument = ARGUMENT.matcher(probe.definition());
        while (argument.find()) {
            int size = Integer.parseInt(argument.group(3)) / 8;
            text.append("\tfield:u64 " + argument.group(1) + ";\toffset:" + at + ";\tsize:" + size + ";\tsigned:0;\n");
            at += size;
        }
        return text.toString();
    }

    Pages ring(String instance, int cpu) {
        return pages.computeIfAbsent(instance + "/" + cpu, key -> new Pages());
    }

    /** Writes the files, and opens them as the source would. */
    Streams open(ReadWatch watch) {
        Decoders decoders = decoders();
        List<CpuStream> streams = new ArrayList<>();
        write();
        pages.forEach((name, ring) -> {
            String[] parts = name.split("/");
            Path cpu = cpuDir(name);
            boolean rare = parts[0].equals("rare");
            CpuBuffer buffer = new CpuBuffer(cpu, watch);
            streams.add(new CpuStream(Integer.parseInt(parts[1]), rare, buffer, LAYOUT, decoders));
        });
        Cells cells = new Cells(StateBits.V2_6_32, level, 0, new TaskNames(dir.resolve("proc")));
        cells.functions(null, new KernelFunctions.Function("ext4_free_io_end", "ext4", 0x5000, 0x5100));
        return new Streams(streams, cells);
    }

    /** One ring alone: {@code INSTANCE/CPU}. */
    CpuStream openOne(String name, ReadWatch watch) {
        write();
        CpuBuffer buffer = new CpuBuffer(cpuDir(name), watch);
        return new CpuStream(0, false, buffer, LAYOUT, decoders());
    }

    private Decoders decoders() {
        EventFormat stack = EventFormat.parse(
                "ID: " + STACK_TYPE + "\n\tfield:int size;\toffset:8;\tsize:4;\tsigned:1;\n"
                        + "\tfield:unsigned long caller[8];\toffset:16;\tsize:64;\tsigned:0;\n",
                "kernel_stack");
        return new Decoders(probes, formats, stack);
    }

    private Path cpuDir(String name) {
        return dir.resolve(name.replace("/", "/cpu"));
    }

    /** Writes the files; again after more events: what was empty has a first page then. */
    void write() {
        pages.forEach((name, ring) -> ring.write(cpuDir(name)));
    }

    /** The ring of one CPU: events are put behind each other, and a new page begins where one is full. */
    final class Pages {
        private final List<ByteBuffer> all = new ArrayList<>();
        private ByteBuffer page = ByteBuffer.allocate(0);
        private long lastNs;
        private int entries;
        private int said = -1;
        long dropped;

        Pages entry(long tsNs, Point point, int tid, Map<String, Long> fields) {
            return event(tsNs, find(point, false), tid, fields);
        }

        Pages ret(long tsNs, Point point, int tid, long ret, long caller) {
            return event(tsNs, find(point, true), tid, Map.of("ret", ret, "__probe_ret_ip", caller));
        }

        private int find(Point point, boolean isReturn) {
            for (int i = 0; i < probes.size(); i++) {
                if (probes.get(i).point() == point && probes.get(i).isReturn() == isReturn) {
                    return i;
                }
            }
            throw new AssertionError(point);
        }

        /** What the kernel says that waits; until then all there ever was. */
        Pages says(int count) {
            said = count;
            return this;
        }

        /** The next event begins one. */
        Pages newPage() {
            page = ByteBuffer.allocate(0);
            return this;
        }

        private Pages event(long tsNs, int index, int tid, Map<String, Long> fields) {
            ByteBuffer data = ByteBuffer.allocate(96).order(ByteOrder.nativeOrder());
            EventFormat format = formats.get(index);
            data.putShort(0, (short) format.id()).putInt(4, tid);
            fields.forEach((name, value) -> {
                int at = format.offset(name);
                if (format.size(name) == 8) {
                    data.putLong(at, value);
                } else {
                    data.putInt(at, value.intValue());
                }
            });
            return record(tsNs, data.array());
        }

        Pages stack(long tsNs, int tid, long... addresses) {
            ByteBuffer data = ByteBuffer.allocate(16 + 8 * addresses.length).order(ByteOrder.nativeOrder());
            data.putShort(0, (short) STACK_TYPE).putInt(4, tid).putInt(8, addresses.length);
            for (int i = 0; i < addresses.length; i++) {
                data.putLong(16 + 8 * i, addresses[i]);
            }
            return record(tsNs, data.array());
        }

        /** One record; a time that does not fit into 27 bits comes before it, as the kernel does it. */
        private Pages record(long tsNs, byte[] data) {
            if (page.remaining() < data.length + 24) {
                page = ByteBuffer.allocate(LAYOUT.pageSize()).order(ByteOrder.nativeOrder());
                page.putLong(0, tsNs);
                page.position(LAYOUT.dataAt());
                all.add(page);
                lastNs = tsNs;
            }
            long delta = tsNs - lastNs;
            if (delta >= 1 << 27) {
                page.putInt(30 | (int) (delta & (1 << 27) - 1) << 5).putInt((int) (delta >>> 27));
                delta = 0;
            }
            if (data.length <= 28 * 4) {
                page.putInt(data.length / 4 | (int) delta << 5);
            } else {
                page.putInt((int) delta << 5).putInt(data.length + 4);
            }
            page.put(data);
            page.putLong(LAYOUT.commitAt(), page.position() - LAYOUT.dataAt());
            lastNs = tsNs;
            entries++;
            return this;
        }

        private void write(Path cpu) {
            ByteBuffer raw = ByteBuffer.allocate(all.size() * LAYOUT.pageSize());
            for (ByteBuffer each : all) {
                raw.put(each.clear());
            }
            try {
                Files.createDirectories(cpu);
                Files.write(cpu.resolve("trace_pipe_raw"), raw.array());
                Files.writeString(
                        cpu.resolve("stats"),
                        "entries: " + (said >= 0 ? said : entries)
                                + "\noverrun: 0\ncommit overrun: 0\nbytes: 4\noldest event ts:     7.000000\n"
                                + "now ts:     9.000000\ndropped events: " + dropped + "\nread events: 0\n");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}

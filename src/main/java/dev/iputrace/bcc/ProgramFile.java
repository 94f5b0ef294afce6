package dev.iputrace.bcc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** A compiled program as the agent reads it: {@code native/compiled.h}. */
final class ProgramFile {
    private static final byte[] MAGIC = "ipubcc1\n".getBytes(StandardCharsets.US_ASCII);
    private static final int RELEASE_SIZE = 64;
    private static final int NAME_SIZE = 24;
    private static final int ABI_VERSION = 1;
    private static final String PROGRAM = "k_";
    private static final String CONSTANT = "c_";
    /** {@code r0 = imm; exit}: what a function that returns a constant is compiled to. */
    private static final byte MOV_R0 = (byte) 0xb7;

    private static final byte EXIT = (byte) 0x95;
    private static final int INSTRUCTION_SIZE = 8;

    private final String release;
    private final Map<String, byte[]> functions;

    /**
     * A program.
     *
     * @param release of the kernel whose headers were used
     * @param functions instructions by name, as compiled from bpf/iputrace.bcc.c
     */
    ProgramFile(String release, Map<String, byte[]> functions) {
        this.release = release;
        this.functions = new TreeMap<>(functions);
    }

    /** The number that the function {@code c_NAME} returns. */
    int constant(String name) {
        byte[] code = functions.get(CONSTANT + name);
        if (code == null
                || code.length != 2 * INSTRUCTION_SIZE
                || code[0] != MOV_R0
                || (code[1] & 0x0f) != 0
                || code[INSTRUCTION_SIZE] != EXIT) {
            throw new BccException("bcc: the compiler made no constant of " + name + ": bytes="
                    + (code == null ? "none" : code.length) + ": please report this with your kernel's release");
        }
        return ByteBuffer.wrap(code).order(ByteOrder.nativeOrder()).getInt(4);
    }

    /**
     * The file's bytes.
     *
     * @param text lines of {@code key=value} for the provenance
     */
    byte[] bytes(String text) {
        Map<String, byte[]> programs = new TreeMap<>(functions);
        programs.keySet().removeIf(name -> !name.startsWith(PROGRAM));
        byte[] padded = pad(text.getBytes(StandardCharsets.UTF_8));
        int size = MAGIC.length + RELEASE_SIZE + 8 * Integer.BYTES + padded.length;
        for (byte[] code : programs.values()) {
            size += NAME_SIZE + 2 * Integer.BYTES + code.length;
        }
        ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
        out.put(MAGIC).put(fixed(release, RELEASE_SIZE));
        out.putInt(ABI_VERSION).putInt(constant("version"));
        out.putInt(constant("i_will_free")).putInt(constant("i_freeing")).putInt(constant("i_clear"));
        out.putInt(programs.size()).putInt(padded.length).putInt(0).put(padded);
        programs.forEach((name, code) ->
                out.put(fixed(name, NAME_SIZE)).putInt(code.length).putInt(0).put(code));
        return out.array();
    }

    void write(Path file, String text) throws IOException {
        Files.write(file, bytes(text));
    }

    private static byte[] pad(byte[] text) {
        return java.util.Arrays.copyOf(text, (text.length + 7) & ~7);
    }

    /** With a 0 at the end, whatever its length. */
    private static byte[] fixed(String text, int size) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        if (bytes.length >= size) {
            throw new BccException("bcc: longer than " + (size - 1) + " bytes: " + text);
        }
        return java.util.Arrays.copyOf(bytes, size);
    }
}

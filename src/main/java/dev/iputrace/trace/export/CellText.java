package dev.iputrace.trace.export;

import dev.iputrace.event.EventView;
import dev.iputrace.event.LossStage;
import dev.iputrace.event.Op;
import dev.iputrace.event.OpCode;
import java.nio.charset.StandardCharsets;

/** Words for what a cell holds beside numbers. */
final class CellText {
    private CellText() {}

    static String op(int code) {
        Op op = Op.of(code);
        return op == null ? "op_" + code : op.label();
    }

    static String dev(int sDev) {
        return (sDev >>> 20) + ":" + (sDev & 0xfffff);
    }

    /** What a cell that is no event of the kernel says. */
    static String companion(EventView cell) {
        return switch (cell.op()) {
            case OpCode.STACK -> stack(cell);
            case OpCode.COMM -> bytes(cell, 2);
            case OpCode.MARK -> bytes(cell, 6);
            case OpCode.LOSS -> LossStage.of(cell.flags()).label() + " " + cell.word(0);
            case OpCode.STAT -> cell.seq() + " " + cell.word(0);
            default -> "";
        };
    }

    private static String stack(EventView cell) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 6 && cell.word(i) != 0; i++) {
            text.append(i == 0 ? "0x" : " 0x").append(Long.toHexString(cell.word(i)));
        }
        return text.toString();
    }

    /** Text up to the first 0 in the first words of the cell. */
    private static String bytes(EventView cell, int words) {
        byte[] bytes = new byte[8 * words];
        int length = 0;
        while (length < bytes.length) {
            byte b = (byte) (cell.word(length / 8) >>> (length % 8 * 8));
            if (b == 0) {
                break;
            }
            bytes[length++] = b;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}

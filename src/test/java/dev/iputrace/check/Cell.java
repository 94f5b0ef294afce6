package dev.iputrace.check;

import dev.iputrace.abi.CellLayout;
import dev.iputrace.abi.CellWriter;
import dev.iputrace.abi.EventCell;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** One cell made for a test. */
final class Cell {
    private final EventCell view =
            new EventCell(ByteBuffer.allocate(CellLayout.CELL_SIZE).order(ByteOrder.LITTLE_ENDIAN));
    final CellWriter writer = new CellWriter(view.buffer());

    EventCell view() {
        return view;
    }

    static EventCell stat(int cpu, int stat, long value) {
        Cell cell = new Cell();
        cell.writer.begin(0, 0, dev.iputrace.event.OpCode.STAT, 0, cpu, stat).word(0, value);
        return cell.view;
    }
}

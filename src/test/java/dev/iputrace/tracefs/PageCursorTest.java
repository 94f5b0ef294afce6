package dev.iputrace.tracefs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PageCursorTest {
    private final ByteBuffer page = ByteBuffer.allocate(4096).order(ByteOrder.nativeOrder());
    private final PageCursor cursor = new PageCursor(FakeTracefs.LAYOUT, page);

    /** Words behind the head of the page. */
    private void page(long tsNs, int... words) {
        page.clear();
        page.putLong(0, tsNs).putLong(8, 4L * words.length);
        page.position(16);
        for (int word : words) {
            page.putInt(word);
        }
        cursor.begin(4096);
    }

    @Test
    void timeIsThatOfThePageAndAllDeltas() {
        page(1000, 2 | 5 << 5, 0, 0, 1 | 7 << 5, 0);

        assertThat(cursor.next()).isTrue();
        assertThat(cursor.tsNs()).isEqualTo(1005);
        assertThat(cursor.dataAt()).isEqualTo(20);
        assertThat(cursor.dataLength()).isEqualTo(8);
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.tsNs()).isEqualTo(1012);
        assertThat(cursor.next()).isFalse();
    }

    @Test
    void aDiscardedRecordIsSkippedAndItsTimeCounts() {
        page(0, 29 | 3 << 5, 8, 77, 1 | 4 << 5, 0);

        assertThat(cursor.next()).isTrue();
        assertThat(cursor.tsNs()).isEqualTo(7);
        assertThat(cursor.damaged()).isZero();
    }

    @Test
    void anAbsoluteTimeReplacesTheOneBefore() {
        page(5, 31 | 9 << 5, 2, 1 | 1 << 5, 0);

        assertThat(cursor.next()).isTrue();
        assertThat(cursor.tsNs()).isEqualTo((2L << 27) + 10);
    }

    @Test
    void longRecordsHaveTheirLengthInAWord() {
        int[] words = new int[34];
        words[1] = 4 + 128;
        page(0, words);

        assertThat(cursor.next()).isTrue();
        assertThat(cursor.dataLength()).isEqualTo(128);
        assertThat(cursor.next()).isFalse();
    }

    @Test
    void aRecordBeyondThePageIsDamage() {
        page(0, 20 | 1 << 5, 0);

        assertThat(cursor.next()).isFalse();
        assertThat(cursor.damaged()).isEqualTo(1);
    }

    @Test
    void flagsOfLostEventsAreNoPartOfTheLength() {
        page(0, 1 | 1 << 5, 0);
        page.putLong(8, page.getLong(8) | 1L << 31);
        cursor.begin(4096);

        assertThat(cursor.next()).isTrue();
        assertThat(cursor.next()).isFalse();
        assertThat(cursor.damaged()).isZero();
    }

    @Test
    void noBytesMakeItHangOrReadBeyondThePage() {
        Random random = new Random(7);
        byte[] bytes = new byte[4096];
        for (int round = 0; round < 3000; round++) {
            random.nextBytes(bytes);
            page.put(0, bytes).putLong(8, random.nextInt(5000));
            cursor.begin(random.nextInt(4097));
            int records = 0;
            while (cursor.next()) {
                assertThat(cursor.dataAt() + cursor.dataLength()).isLessThanOrEqualTo(4096);
                records++;
            }
            assertThat(records).isLessThan(1024);
        }
    }

    @Test
    void theLayoutIsReadFromTheKernelsWords() {
        String header = """
                \tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;
                \tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;
                \tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;
                \tfield: char data;\toffset:16;\tsize:4080;\tsigned:1;
                """;

        assertThat(PageLayout.parse(header)).isEqualTo(FakeTracefs.LAYOUT);
        assertThatThrownBy(() -> PageLayout.parse(header.replace("offset:16", "offset:4")))
                .isInstanceOf(TracefsException.class)
                .hasMessageContaining("unknown layout");
        assertThatThrownBy(() -> PageLayout.parse("")).hasMessageContaining("events/header_page");
    }
}

package dev.iputrace.tracefs;

/**
 * How a page of the ring buffer begins: {@code events/header_page}.
 *
 * @param commitAt where the number of bytes used is
 * @param commitSize 4 or 8
 * @param dataAt where the records begin
 * @param pageSize bytes of the whole
 */
record PageLayout(int commitAt, int commitSize, int dataAt, int pageSize) {
    private static final int PAGE_MAX = 1 << 20;

    static PageLayout parse(String headerPage) {
        EventFormat format = EventFormat.parse(headerPage, "events/header_page");
        PageLayout layout = new PageLayout(
                format.offset("commit"),
                format.size("commit"),
                format.offset("data"),
                format.offset("data") + format.size("data"));
        boolean sound = format.offset("timestamp") == 0
                && layout.commitAt >= 8
                && (layout.commitSize == 4 || layout.commitSize == 8)
                && layout.dataAt >= layout.commitAt + layout.commitSize
                && layout.pageSize > layout.dataAt
                && layout.pageSize <= PAGE_MAX;
        if (!sound) {
            throw new TracefsException("unknown layout of a ring buffer page: " + layout);
        }
        return layout;
    }
}

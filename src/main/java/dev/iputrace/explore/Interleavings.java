package dev.iputrace.explore;

/**
 * How many schedules a finished graph of states stands for: paths from the first state to the ends, by one pass in
 * topological order. The numbers are sums of positive doubles, so they are off by at most a few units in the last of
 * their 53 bits per level; up to 2^53 they are exact.
 */
final class Interleavings {
    /** Some schedule comes back to a state it was in: there is no number. */
    static final double CYCLES = Double.POSITIVE_INFINITY;

    private Interleavings() {}

    /** Of the states expanded; a state that was not expanded counts as an end. */
    static double count(StateGraph graph) {
        int states = graph.states();
        int[] unseen = new int[states];
        int expanded = graph.statesExpanded();
        for (int edge = 0; edge < graph.firstEdge(expanded); edge++) {
            unseen[graph.target(edge)]++;
        }
        double[] paths = new double[states];
        paths[0] = 1;
        double all = 0;
        int[] ready = new int[states];
        int end = unseen[0] == 0 ? 1 : 0;
        for (int next = 0; next < end; next++) {
            int state = ready[next];
            int last = state < expanded ? graph.firstEdge(state + 1) : 0;
            int first = state < expanded ? graph.firstEdge(state) : 0;
            all += first == last ? paths[state] : 0;
            for (int edge = first; edge < last; edge++) {
                int target = graph.target(edge);
                paths[target] += paths[state];
                if (--unseen[target] == 0) {
                    ready[end++] = target;
                }
            }
        }
        return end == states ? all : CYCLES;
    }
}

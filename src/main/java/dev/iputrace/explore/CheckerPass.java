package dev.iputrace.explore;

import dev.iputrace.check.Checker;
import dev.iputrace.check.CheckerOptions;
import dev.iputrace.check.Finding;
import dev.iputrace.event.Provenance;
import dev.iputrace.model.Rule;
import dev.iputrace.sim.World;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets the real checker judge every transition of a graph once, each at the end of a real schedule that began with the
 * first state. That is enough for all schedules, because a state holds all that the checker's rules remember (see
 * {@link Ledger}), times apart; and times are chosen so that none excuses anything: a step takes 1 ms.
 *
 * <p>Walks: from the first state by the shortest schedule to a state that has transitions left, then on to an end,
 * along such ones where there are any. Each walk proves on its way that the fake kernel can do again what it did in
 * the search.
 */
final class CheckerPass {
    private static final long STEP_NS = 1_000_000;
    /** No I/O is stuck, whatever the length of a schedule. */
    private static final long NEVER_NS = Long.MAX_VALUE / 4;

    /** So a walk ends, where schedules come back to states they were in. */
    private static final int TURNS_MAX = 10_000;

    private final World world;
    private final StateGraph graph;
    private final Player counts;
    private final Provenance provenance;
    private final byte[] taken;
    private final CheckerOptions options = new CheckerOptions(64, 64, 0, NEVER_NS, false);

    long walks;
    long transitions;
    long steps;
    long proofs;
    long suspicions;
    int rules;
    /** Moves of the first walk that made the checker speak; null when it never did. */
    int @Nullable [] firstAlarm;

    private int[] walk = new int[1024];
    private int walkLength;

    CheckerPass(World world, StateGraph graph) {
        this.world = world;
        this.graph = graph;
        counts = new Player(world, new int[0], false);
        provenance = world.provenance();
        taken = new byte[graph.statesExpanded()];
    }

    /** False when it was stopped before all transitions were judged. */
    boolean run(BooleanSupplier goOn, Runnable tick) {
        for (int state = 0; state < taken.length; state++) {
            while (left(state)) {
                if ((walks & 0xff) == 0) {
                    tick.run();
                    if (!goOn.getAsBoolean()) {
                        return false;
                    }
                }
                walkFrom(state);
            }
        }
        return true;
    }

    private boolean left(int state) {
        return state < taken.length && (taken[state] & 0xff) < degree(state);
    }

    private void walkFrom(int start) {
        Checker checker = new Checker(provenance, options, this::alarm);
        walks++;
        walkLength = 0;
        world.restart();
        Player.send(world, checker);
        for (int move : graph.movesTo(start)) {
            step(move, checker);
        }
        int state = start;
        for (int turn = 0; turn < TURNS_MAX && state < taken.length && degree(state) > 0; turn++) {
            int edge = next(state);
            step(graph.move(edge), checker);
            state = graph.target(edge);
        }
        // What rests on earlier events is handed out when the counts say that all of them have come.
        counts.stats(checker);
        checker.flush();
    }

    /** A transition not judged yet; else one to a state that has some; else each in turn, as a rotor-router does. */
    private int next(int state) {
        int first = graph.firstEdge(state);
        int degree = degree(state);
        int turn = taken[state] & 0xff;
        if (turn < degree) {
            taken[state]++;
            transitions++;
            return first + turn;
        }
        for (int edge = first; edge < first + degree; edge++) {
            if (left(graph.target(edge))) {
                return edge;
            }
        }
        taken[state] = (byte) (turn + 1 < 2 * degree ? turn + 1 : degree);
        return first + turn - degree;
    }

    private int degree(int state) {
        return graph.firstEdge(state + 1) - graph.firstEdge(state);
    }

    private void step(int move, Checker checker) {
        if (walkLength == walk.length) {
            walk = Arrays.copyOf(walk, 2 * walkLength);
        }
        walk[walkLength++] = move;
        steps++;
        world.sleepNs(STEP_NS);
        if (!world.step(Move.task(move), Move.choice(move))) {
            throw new IllegalStateException("explore: a step of the search has to wait when done again");
        }
        Player.send(world, checker);
    }

    private void alarm(Finding finding) {
        proofs += finding.isProof() ? 1 : 0;
        suspicions += finding.isProof() ? 0 : 1;
        rules |= finding.rule().bit();
        for (Rule rule : finding.also()) {
            rules |= rule.bit();
        }
        if (firstAlarm == null) {
            firstAlarm = Arrays.copyOf(walk, walkLength);
        }
    }
}

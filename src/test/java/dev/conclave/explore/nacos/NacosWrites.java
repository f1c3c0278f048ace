package dev.conclave.explore.nacos;

import dev.conclave.explore.nacos.NacosModel.Limits;
import dev.conclave.explore.nacos.NacosModel.Move;
import dev.conclave.explore.nacos.NacosModel.Servers;
import dev.conclave.explore.search.Model;
import dev.conclave.explore.world.Fingerprint;
import dev.conclave.explore.world.Violation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The data of Nacos 1.1.3, around the votes of {@link NacosModel}. A leader applies a write first and raises its term by 100,
 * whether another server receives it or not. A server that accepts a beat has exactly the keys of its sender afterwards. A
 * write or a beat reaches another server at once or never. KEPT: no beat of a leader of an earlier term removes, from the
 * last server that has it, a key that a majority has acknowledged to a leader of a later one.
 */
public final class NacosWrites implements Model<NacosWrites.State, Move> {

    private static final int RISE = 100;

    /**
     * All servers at a time.
     *
     * @param leaders the leader that each server follows; -1 for none
     * @param keys the keys of each server, as bits
     * @param writer the server that wrote last, and its term; the servers that the write has reached, as bits
     * @param elections the term in which each was elected; 0 if it never was
     * @param acknowledged for each write that has reached a majority the term in which its leader was elected, else
     *     0
     */
    public record State(
            Servers servers,
            List<Integer> leaders,
            List<Integer> keys,
            Write writer,
            List<Integer> elections,
            List<Integer> acknowledged,
            int writes,
            int beats) {}

    /** The newest write. */
    public record Write(int by, int term, int reached) {}

    private final NacosModel votes;
    private final int n;
    private final int writes;
    private final int beats;

    public NacosWrites(Limits limits, int writes, int beats) {
        votes = new NacosModel(limits);
        n = limits.servers();
        this.writes = writes;
        this.beats = beats;
    }

    @Override
    public State initial() {
        Integer[] nobody = new Integer[n];
        Arrays.fill(nobody, -1);
        Integer[] none = new Integer[n];
        Arrays.fill(none, 0);
        Integer[] unacknowledged = new Integer[writes];
        Arrays.fill(unacknowledged, 0);
        return new State(
                votes.initial(),
                List.of(nobody),
                List.of(none),
                new Write(-1, 0, 0),
                List.of(none),
                List.of(unacknowledged),
                0,
                0);
    }

    @Override
    public List<Move> choices(State s) {
        List<Move> moves = new ArrayList<>(votes.choices(s.servers));
        for (int i = 0; i < n; i++) {
            if (s.servers.leads().get(i) && s.writes < writes) {
                moves.add(new Move("write at", i, -1));
            }
            if (s.writer.by >= 0 && (s.writer.reached & (1 << i)) == 0) {
                moves.add(new Move("write reaches", i, -1));
            }
            for (int j = 0; j < n; j++) {
                if (i != j && s.servers.leads().get(i) && s.beats < beats) {
                    moves.add(new Move("beat of " + (char) ('A' + i) + " reaches", j, -1));
                }
            }
        }
        return moves;
    }

    @Override
    public @Nullable State next(State s, Move move) {
        if (move.what().equals("write at")) {
            return write(s, move.server());
        } else if (move.what().equals("write reaches")) {
            return reached(s, move.server());
        } else if (move.what().startsWith("beat of ")) {
            return beat(s, move.what().charAt("beat of ".length()) - 'A', move.server());
        }
        Servers after;
        try {
            after = votes.next(s.servers, move);
        } catch (Violation twoLead) {
            // That is found without data; here such runs are left out.
            return null;
        }
        if (after == null) {
            return null;
        }
        int me = move.server();
        List<Integer> leaders = s.leaders;
        if (after.leads().get(me) || move.what().equals("campaign")) {
            leaders = set(leaders, me, after.leads().get(me) ? me : -1);
        }
        boolean elected = after.leads().get(me) && !s.servers.leads().get(me);
        return new State(
                after,
                leaders,
                s.keys,
                s.writer,
                elected ? set(s.elections, me, after.terms().get(me)) : s.elections,
                s.acknowledged,
                s.writes,
                s.beats);
    }

    private State write(State s, int by) {
        int term = s.servers.terms().get(by) + RISE;
        return new State(
                withTerm(s.servers, by, term),
                s.leaders,
                set(s.keys, by, s.keys.get(by) | (1 << s.writes)),
                new Write(by, term, 1 << by),
                s.elections,
                s.acknowledged,
                s.writes + 1,
                s.beats);
    }

    private @Nullable State reached(State s, int at) {
        Write write = s.writer;
        if (s.leaders.get(at) != write.by || write.term < s.servers.terms().get(at)) {
            return null;
        }
        int key = 1 << (s.writes - 1);
        int reached = write.reached | (1 << at);
        return new State(
                withTerm(s.servers, at, Math.min(write.term, s.servers.terms().get(at) + RISE)),
                s.leaders,
                set(s.keys, at, s.keys.get(at) | key),
                new Write(write.by, write.term, reached),
                s.elections,
                Integer.bitCount(reached) > n / 2
                        ? set(s.acknowledged, s.writes - 1, s.elections.get(write.by))
                        : s.acknowledged,
                s.writes,
                s.beats);
    }

    private @Nullable State beat(State s, int from, int to) {
        int term = s.servers.terms().get(to);
        int theirs = s.servers.terms().get(from);
        if (theirs < term) {
            return null;
        }
        for (int missing = Integer.bitCount(s.keys.get(from) & ~s.keys.get(to)); missing > 0; missing--) {
            term = Math.min(theirs, term + RISE);
        }
        Servers before = withTerm(s.servers, to, term);
        boolean led = before.leads().get(to);
        Servers after = new Servers(
                before.terms(),
                led ? set(before.votes(), to, from) : before.votes(),
                set(before.leads(), to, false),
                before.known(),
                before.letters(),
                before.campaigns(),
                before.restarts());
        List<Integer> keys = set(s.keys, to, s.keys.get(from));
        int left = keys.stream().reduce(0, (one, other) -> one | other);
        for (int key = 0; key < s.writes; key++) {
            if ((left & (1 << key)) == 0 && s.elections.get(from) < s.acknowledged.get(key)) {
                throw new Violation(
                        "KEPT",
                        "write " + key + ", which was acknowledged, is on no server after a beat of "
                                + (char) ('A' + from) + ", elected in an earlier term than its leader");
            }
        }
        return new State(
                after, set(s.leaders, to, from), keys, s.writer, s.elections, s.acknowledged, s.writes, s.beats + 1);
    }

    private static Servers withTerm(Servers s, int server, int term) {
        return new Servers(
                set(s.terms(), server, term),
                s.votes(),
                s.leads(),
                s.known(),
                s.letters(),
                s.campaigns(),
                s.restarts());
    }

    private static <T> List<T> set(List<T> list, int at, T value) {
        List<T> changed = new ArrayList<>(list);
        changed.set(at, value);
        return changed;
    }

    @Override
    public long fingerprint(State s) {
        long hash = Fingerprint.mix(votes.fingerprint(s.servers), 16L * s.writes + s.beats);
        hash = Fingerprint.mix(hash, s.writer.by + 16L * s.writer.reached + 1024L * s.writer.term);
        for (List<Integer> part : List.of(s.leaders, s.keys, s.elections, s.acknowledged)) {
            for (int value : part) {
                hash = Fingerprint.mix(hash, value);
            }
        }
        return hash;
    }
}

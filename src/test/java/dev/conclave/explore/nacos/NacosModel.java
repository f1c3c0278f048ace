package dev.conclave.explore.nacos;

import dev.conclave.explore.search.Model;
import dev.conclave.explore.world.Fingerprint;
import dev.conclave.explore.world.Violation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The vote rules of Nacos 1.1.3 ({@code MasterElection}, {@code receivedVote}, {@code decideLeader}), as far as they decide
 * who leads: no beats, no data. A reply is the voter's whole vote, not a yes or no; its receiver counts all votes that it
 * knows, of any term; nothing is on disk; and two requests that arrive together are dealt with by two threads.
 */
public final class NacosModel implements Model<NacosModel.Servers, NacosModel.Move> {

    /**
     * The faults, and how often each may happen.
     *
     * @param campaigners how many of the servers campaign; servers are alike, so nothing is left out if it is no less than
     *     campaigns
     */
    public record Limits(
            int servers, int campaigners, int campaigns, int restarts, boolean twoThreads, boolean lateReplies) {}

    /** One thing that happens. */
    public record Move(String what, int server, int inFlight) {
        @Override
        public String toString() {
            return what + " " + (char) ('A' + server) + (inFlight < 0 ? "" : " #" + inFlight);
        }
    }

    /**
     * All servers at a time. {@code known[i * n + j]} is the vote of j that i knows. A message is packed: kind (0 request,
     * 1 checked by a thread, 2 reply), from, to, term, vote.
     */
    public record Servers(
            List<Integer> terms,
            List<Integer> votes,
            List<Boolean> leads,
            List<Integer> known,
            List<Integer> letters,
            int campaigns,
            int restarts) {}

    private static final int NOBODY = 15;

    private final Limits limits;
    private final int n;

    public NacosModel(Limits limits) {
        this.limits = limits;
        n = limits.servers();
    }

    @Override
    public Servers initial() {
        Integer[] terms = new Integer[n];
        Arrays.fill(terms, 0);
        Integer[] votes = new Integer[n];
        Arrays.fill(votes, NOBODY);
        Boolean[] leads = new Boolean[n];
        Arrays.fill(leads, false);
        Integer[] known = new Integer[n * n];
        Arrays.fill(known, NOBODY);
        return new Servers(List.of(terms), List.of(votes), List.of(leads), List.of(known), List.of(), 0, 0);
    }

    private static int inFlight(int kind, int from, int to, int term, int vote) {
        return kind | (from << 2) | (to << 6) | (term << 10) | (vote << 18);
    }

    @Override
    public List<Move> choices(Servers s) {
        List<Move> moves = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            if (i < limits.campaigners() && s.campaigns < limits.campaigns()) {
                moves.add(new Move("campaign", i, -1));
            }
            if (s.restarts < limits.restarts()) {
                moves.add(new Move("restart", i, -1));
            }
        }
        for (int at = 0; at < s.letters.size(); at++) {
            int kind = s.letters.get(at) & 3;
            String what = kind == 0 ? "request reaches" : kind == 1 ? "thread answers in" : "reply reaches";
            moves.add(new Move(what, (s.letters.get(at) >> 6) & 15, at));
        }
        return moves;
    }

    @Override
    public @Nullable Servers next(Servers s, Move move) {
        List<Integer> terms = new ArrayList<>(s.terms);
        List<Integer> votes = new ArrayList<>(s.votes);
        List<Boolean> leads = new ArrayList<>(s.leads);
        List<Integer> known = new ArrayList<>(s.known);
        List<Integer> letters = new ArrayList<>(s.letters);
        int me = move.server;
        int campaigns = s.campaigns;
        int restarts = s.restarts;
        if (move.inFlight < 0 && move.what.equals("campaign")) {
            campaigns++;
            terms.set(me, terms.get(me) + 1);
            votes.set(me, me);
            leads.set(me, false);
            for (int j = 0; j < n; j++) {
                known.set(me * n + j, j == me ? me : NOBODY);
                if (j != me) {
                    letters.add(inFlight(0, me, j, terms.get(me), NOBODY));
                }
            }
        } else if (move.inFlight < 0) {
            restarts++;
            terms.set(me, 0);
            votes.set(me, NOBODY);
            leads.set(me, false);
            for (int j = 0; j < n; j++) {
                known.set(me * n + j, NOBODY);
            }
        } else {
            int inFlight = letters.remove(move.inFlight);
            int from = (inFlight >> 2) & 15;
            int term = (inFlight >> 10) & 255;
            switch (inFlight & 3) {
                case 0 -> {
                    if (term <= terms.get(me)) {
                        if (votes.get(me) == NOBODY) {
                            votes.set(me, me);
                        }
                        letters.add(inFlight(2, me, from, terms.get(me), votes.get(me)));
                    } else if (limits.twoThreads()) {
                        letters.add(inFlight(1, from, me, term, NOBODY));
                    } else {
                        grant(terms, votes, leads, letters, me, from, term);
                    }
                }
                case 1 -> grant(terms, votes, leads, letters, me, from, term);
                default -> {
                    if (!limits.lateReplies() && term != terms.get(me)) {
                        return null;
                    }
                    known.set(me * n + from, (inFlight >> 18) & 15);
                    known.set(me * n + me, votes.get(me));
                    int mine = 0;
                    for (int j = 0; j < n; j++) {
                        mine += known.get(me * n + j) == me ? 1 : 0;
                    }
                    if (mine > n / 2) {
                        leads.set(me, true);
                    }
                }
            }
        }
        for (int i = 0; i < n; i++) {
            if (i != me && leads.get(me) && leads.get(i) && terms.get(i).equals(terms.get(me))) {
                throw new Violation(
                        "S1", (char) ('A' + i) + " and " + (char) ('A' + me) + " lead term " + terms.get(me));
            }
        }
        letters.sort(null);
        return new Servers(terms, votes, leads, known, letters, campaigns, restarts);
    }

    private static void grant(
            List<Integer> terms,
            List<Integer> votes,
            List<Boolean> leads,
            List<Integer> letters,
            int me,
            int from,
            int term) {
        votes.set(me, from);
        terms.set(me, term);
        leads.set(me, false);
        letters.add(inFlight(2, me, from, term, from));
    }

    @Override
    public long fingerprint(Servers s) {
        long hash = s.campaigns * 16L + s.restarts;
        for (List<Integer> part : List.of(s.terms, s.votes, s.known, s.letters)) {
            for (int value : part) {
                hash = Fingerprint.mix(hash, value);
            }
            hash = Fingerprint.mix(hash, -1);
        }
        for (boolean leads : s.leads) {
            hash = Fingerprint.mix(hash, leads ? 1 : 0);
        }
        return hash;
    }
}

package dev.conclave.explore.search;

import dev.conclave.explore.world.PeerGroup;
import java.util.List;

/**
 * A complete search by name. One unit of time is a millisecond: H = 1, E = 12, rho = 0.2, so a lease is just below 8. A tick is
 * 5: in it a slow clock counts 4 and a fast one 6, so a slow leader's lease and a fast voter's loyalty both end after two
 * ticks: the tight case of R7. The first peer's clock is slow, all others' are fast.
 *
 * @param name the name
 * @param bounds the bounds
 */
public record NamedSearch(String name, SearchBounds bounds) {

    public static PeerGroup group(int voters, int standers, long standing) {
        return new PeerGroup(voters, standers, 0, standing, 1_000_000, 12_000_000, 0.2, 0);
    }

    public static final PeerGroup TWO = group(2, 0, -1);
    public static final PeerGroup THREE = group(3, 0, -1);
    public static final PeerGroup FOUR = group(4, 0, -1);
    public static final PeerGroup THREE_AND_ONE = group(3, 1, 1);

    private static NamedSearch led(String name, PeerGroup group, String limits) {
        return new NamedSearch(name, SearchBounds.led(group, limits));
    }

    private static NamedSearch untimed(String name, PeerGroup group, String limits) {
        return new NamedSearch(name, SearchBounds.untimed(group, limits));
    }

    /** Nodes that start for the first time, until all take part: hellos in every order, each head forced at any moment (R15). */
    public static NamedSearch firstStart() {
        return untimed(
                "3 nodes start for the first time, 3 greetings", THREE.withNodes(), "term=1 greetings=3 letters=20");
    }

    private static final String P0_IS_ELECTED_BY_P2 = """
        TICK p0
        DELIVER RequestPreVote(1) p0->p2
        DELIVER PreVoteGranted(1) p2->p0
        FORCE p0 1
        DROP RequestPreVote(1) p0->p1
        DROP RequestVote(1) p0->p1
        DELIVER RequestVote(1) p0->p2
        FORCE p2 1
        DELIVER VoteGranted(1) p2->p0
        """;

    /** p0 leads term 1 by p2's vote, and p1 has received nothing. */
    private static final String A_VOTE_THAT_ONE_KNOWS = """
        +5000us
        TICK p0
        +5000us
        """ + P0_IS_ELECTED_BY_P2 + "DROP Heartbeat(1) p0->p1";

    /**
     * p0 leads term 1 by p2's vote, and p1 stands in that term. p2's directory is lost; the operator confirms that, p2 comes
     * back, meets p1, and p1's request is on its way to it.
     */
    private static final String A_VOTE_THAT_WAS_LOST = """
        +5000us
        TICK p1
        TICK p0
        +5000us
        TICK p1
        DELIVER RequestPreVote(1) p1->p2
        DELIVER PreVoteGranted(1) p2->p1
        FORCE p1 1
        DROP RequestPreVote(1) p1->p0
        DROP RequestVote(1) p1->p0
        DROP RequestVote(1) p1->p2
        """ + P0_IS_ELECTED_BY_P2 + """
        DELIVER Heartbeat(1) p0->p2
        DROP Heartbeat(1) p0->p1
        DELIVER HeartbeatAck(1) p2->p0
        CRASH p2
        WIPE p2
        START p2 in place of identity 1
        MEET p1->p2
        FORCE_HEAD p1
        FORCE_HEAD p2
        MEET p1->p2
        +1000us
        TICK p1
        """;

    /** A voter forgets the term that it voted in while another begins to stand in it (R6's floor). */
    public static NamedSearch forgotten() {
        return new NamedSearch(
                "3 voters, a vote is forgotten while another stands",
                SearchBounds.admitted(group(3, 0, 3), "term=2 ticks=3 forgets=1 timers=3 letters=2")
                        .after(A_VOTE_THAT_ONE_KNOWS));
    }

    /** A voter that has lost its vote is admitted again while another stands in that term (R15): hellos in every order. */
    public static NamedSearch lost(String name, String limits) {
        return new NamedSearch(
                "3 nodes, one whose vote was lost comes back" + name,
                SearchBounds.admitted(group(3, 0, 3).withNodes(), limits)
                        .after(A_VOTE_THAT_WAS_LOST)
                        .ending(1));
    }

    private static final String LED_BY_ONE_WITHOUT_A_VOTE = """
        TICK p3
        +5000us
        TICK p3
        ALL
        """;

    /**
     * Another process takes the name of a non-voter that leads, and the former one lives on; the clock of that name is slow
     * (R2, R6).
     */
    public static NamedSearch supplanted() {
        return supplanted("", "term=2 ticks=3 supplants=1 timers=4 letters=2");
    }

    private static NamedSearch supplanted(String name, String limits) {
        return new NamedSearch(
                "3 voters and one that leads without a vote, whose name another process gets" + name,
                SearchBounds.admitted(group(3, 1, 0), limits)
                        .slow(8)
                        .every(1000)
                        .after(LED_BY_ONE_WITHOUT_A_VOTE));
    }

    /** The sizes of every build. */
    public static List<NamedSearch> everyBuild() {
        return List.of(
                led("3 voters, a crash and a proof", THREE, "term=2 ticks=2 crashes=1 proofs=1 timers=3 letters=3"),
                led("3 voters, a crash and two proofs", THREE, "term=2 ticks=1 crashes=1 proofs=2 timers=2 letters=3"),
                led("3 voters, two rounds of heartbeats", THREE, "term=2 ticks=2 beats=1 timers=4 letters=4"),
                led("3 voters, a hand-over", THREE, "term=2 ticks=1 words=1 timers=1 letters=2"),
                led(
                        "2 voters, a crash, a proof, a hand-over",
                        TWO,
                        "term=2 ticks=2 crashes=1 proofs=1 words=1 beats=1 timers=2 letters=2"),
                led("4 voters, a crash and a proof", FOUR, "term=2 ticks=2 crashes=1 proofs=1 timers=2 letters=2"),
                led(
                        "3 voters and one that stands, a crash and a proof",
                        THREE_AND_ONE,
                        "term=2 ticks=2 crashes=1 proofs=1 timers=2 letters=2"),
                led("3 voters, sleeps of up to three ticks", THREE, "term=2 ticks=3 timers=3 letters=2"),
                led("3 voters, pushed votes and pre-votes", THREE, "term=2 ticks=1 words=1 timers=2 letters=3"),
                forgotten(),
                supplanted(),
                lost("", "term=2 ticks=2 timers=2 letters=3"),
                untimed("3 voters from nothing, no time", THREE, "term=1 timers=2 letters=4"),
                untimed("3 voters from nothing, a crash, no time", THREE, "term=1 crashes=1 timers=1 letters=3"));
    }

    /** The sizes of a soak. */
    public static List<NamedSearch> soak() {
        return List.of(
                led(
                        "3 voters, a crash, a proof, two rounds",
                        THREE,
                        "term=2 ticks=2 crashes=1 proofs=1 beats=1 timers=3 letters=3"),
                led(
                        "3 voters, term 3, a crash, two proofs",
                        THREE,
                        "term=3 ticks=2 crashes=1 proofs=2 timers=3 letters=3"),
                led("3 voters, a hand-over and a crash", THREE, "term=2 ticks=1 crashes=1 words=1 timers=2 letters=3"),
                led("4 voters, a crash and two proofs", FOUR, "term=2 ticks=2 crashes=1 proofs=2 timers=2 letters=3"),
                led(
                        "3 voters and one that stands, term 3",
                        THREE_AND_ONE,
                        "term=3 ticks=2 crashes=1 proofs=1 timers=3 letters=2"),
                led("3 voters, sleeps of up to four ticks", THREE, "term=2 ticks=4 timers=4 letters=2"),
                led("3 voters, pushed votes and three timers", THREE, "term=2 ticks=1 words=1 timers=3 letters=3"),
                led(
                        "3 voters, two that stand, a crash, terms are forgotten",
                        group(3, 0, 3),
                        "term=2 ticks=4 crashes=1 forgets=1 timers=2 letters=2"),
                supplanted(", four ticks", "term=2 ticks=4 supplants=1 timers=5 letters=2"),
                lost(", three ticks", "term=2 ticks=3 timers=3 letters=3"),
                lost(", a crash, a proof", "term=2 ticks=3 timers=2 letters=3 crashes=1 proofs=1"),
                untimed(
                        "3 voters from nothing, term 2, a crash, no time",
                        THREE,
                        "term=2 crashes=1 timers=2 letters=3"),
                firstStart());
    }
}

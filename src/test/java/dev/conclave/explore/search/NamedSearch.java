package dev.conclave.explore.search;

import dev.conclave.explore.world.Milestone;
import dev.conclave.explore.world.PeerGroup;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A complete search, named by what it searches: the peers and the state in which it begins, and what may happen then.
 *
 * <p>One unit of time is a millisecond: H = 1, E = 12, rho = 0.2, so a lease is just below 8. A tick is 5: in it a slow clock
 * counts 4 and a fast one 6, so a slow leader's lease and a fast voter's loyalty both end after two ticks, which is the tight case
 * of R7. The first peer's clock is slow, all others' are fast.
 *
 * @param name the name
 * @param bounds the bounds
 * @param milestones what the search must reach, each with the limit without which it cannot
 */
public record NamedSearch(String name, SearchBounds bounds, Map<Milestone, SearchLimit> milestones) {

    public static PeerGroup group(int voters, int standers, long standing) {
        return new PeerGroup(voters, standers, 0, standing, 1_000_000, 12_000_000, 0.2, 0);
    }

    public static final PeerGroup TWO = group(2, 0, -1);
    public static final PeerGroup THREE = group(3, 0, -1);
    public static final PeerGroup FOUR = group(4, 0, -1);
    public static final PeerGroup THREE_AND_ONE = group(3, 1, 1);

    private static NamedSearch led(String name, PeerGroup group, String limits) {
        return new NamedSearch(name, SearchBounds.led(group, limits), Map.of());
    }

    /** p0 leads, and all have the first value that it wrote. */
    private static NamedSearch written(String name, String limits) {
        return new NamedSearch(
                "3 voters led with a register, " + name,
                SearchBounds.led(THREE, limits).after("WRITE p0\nALL"),
                Map.of());
    }

    private static NamedSearch untimed(String name, PeerGroup group, String limits) {
        return new NamedSearch(name, SearchBounds.untimed(group, limits), Map.of());
    }

    /** This search, which must reach the milestones, and misses them if the limit is 0. */
    private NamedSearch reaches(SearchLimit limit, Milestone... these) {
        Map<Milestone, SearchLimit> all = new EnumMap<>(Milestone.class);
        all.putAll(milestones);
        for (Milestone milestone : these) {
            all.put(milestone, limit);
        }
        return new NamedSearch(name, bounds, all);
    }

    /** The name, and the limits of each event. */
    @Override
    public String toString() {
        return name + " (" + bounds.describe() + ")";
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

    /** A voter forgets the term that it voted in while another begins to stand in it (R6's floor). */
    public static NamedSearch forgotten() {
        return new NamedSearch(
                        "3 voters, a vote is forgotten while another candidate stands in its term",
                        SearchBounds.blank(group(3, 0, 3), "term=2 ticks=3 forgets=1 timers=3 messages=2")
                                .after(A_VOTE_THAT_ONE_KNOWS),
                        Map.of())
                .reaches(SearchLimit.FORGETS, Milestone.FORGOTTEN, Milestone.FORGOTTEN_VOTE_SOUGHT);
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
        return supplanted("", "term=2 ticks=3 supplants=1 timers=4 messages=2");
    }

    private static NamedSearch supplanted(String name, String limits) {
        return new NamedSearch(
                        "3 voters led by a non-voter, whose name goes to another process while the former lives on"
                                + name,
                        SearchBounds.blank(group(3, 1, 0), limits)
                                .slow(8)
                                .every(1000)
                                .after(LED_BY_ONE_WITHOUT_A_VOTE),
                        Map.of())
                .reaches(
                        SearchLimit.SUPPLANTS, Milestone.SUPPLANTED_LEADER, Milestone.CANVASSED_BESIDE_ITS_FORMER_LIFE);
    }

    /** The searches of every build. */
    public static List<NamedSearch> everyBuild() {
        return List.of(
                led(
                                "3 voters led, a crash and a proof of death",
                                THREE,
                                "term=2 ticks=2 crashes=1 proofs=1 timers=3 messages=3")
                        .reaches(
                                SearchLimit.CRASHES,
                                Milestone.LEADER_DIED,
                                Milestone.VOTE_LOST_IN_A_CRASH,
                                Milestone.VOTE_KEPT_IN_A_CRASH,
                                Milestone.REFUSED_AFTER_A_RESTART,
                                Milestone.PROOF_ENDS_LOYALTY,
                                Milestone.STANDS_AT_A_PROOF,
                                Milestone.VOTE_PUSHED)
                        .reaches(SearchLimit.TICKS, Milestone.VOTE_AS_A_LEASE_ENDS),
                led(
                                "3 voters led, a crash and two proofs of death",
                                THREE,
                                "term=2 ticks=1 crashes=1 proofs=2 timers=2 messages=3")
                        .reaches(SearchLimit.CRASHES, Milestone.LEADER_DIED)
                        .reaches(
                                SearchLimit.PROOFS,
                                Milestone.PROOF_ENDS_LOYALTY,
                                Milestone.STANDS_AT_A_PROOF,
                                Milestone.STANDS_WITH_PUSHED_VOTES),
                led("3 voters led, two rounds of heartbeats", THREE, "term=2 ticks=2 beats=1 timers=4 messages=4")
                        .reaches(SearchLimit.BEATS, Milestone.RENEWED)
                        .reaches(SearchLimit.TICKS, Milestone.VOTE_AS_A_LEASE_ENDS, Milestone.LEASE_RAN_OUT),
                led("3 voters led, a hand-over", THREE, "term=2 ticks=1 hand_overs=1 timers=1 messages=2")
                        .reaches(
                                SearchLimit.HAND_OVERS,
                                Milestone.HANDED_OVER,
                                Milestone.STANDS_AT_A_RELEASE,
                                Milestone.STANDS_WITH_PUSHED_VOTES),
                led(
                                "2 voters led, a crash, a proof of death, a hand-over",
                                TWO,
                                "term=2 ticks=2 crashes=1 proofs=1 hand_overs=1 beats=1 timers=2 messages=2")
                        .reaches(SearchLimit.CRASHES, Milestone.LEADER_DIED)
                        .reaches(SearchLimit.PROOFS, Milestone.PROOF_ENDS_LOYALTY)
                        .reaches(SearchLimit.HAND_OVERS, Milestone.HANDED_OVER, Milestone.HAND_OVER_REFUSED)
                        .reaches(SearchLimit.BEATS, Milestone.RENEWED_WHILE_USERS_STOP),
                led(
                                "4 voters led, a crash and a proof of death",
                                FOUR,
                                "term=2 ticks=2 crashes=1 proofs=1 timers=2 messages=2")
                        .reaches(SearchLimit.CRASHES, Milestone.LEADER_DIED)
                        .reaches(SearchLimit.PROOFS, Milestone.PROOF_ENDS_LOYALTY, Milestone.VOTE_PUSHED),
                led(
                                "3 voters led and a non-voter as candidate, a crash and a proof of death",
                                THREE_AND_ONE,
                                "term=2 ticks=2 crashes=1 proofs=1 timers=2 messages=2")
                        .reaches(SearchLimit.CRASHES, Milestone.LEADER_DIED)
                        .reaches(SearchLimit.PROOFS, Milestone.PROOF_ENDS_LOYALTY),
                led(
                                "3 voters led and a non-voter as candidate, a crash, a proof of death, a hand-over",
                                THREE_AND_ONE,
                                "term=2 ticks=1 crashes=1 proofs=1 hand_overs=1 timers=1 messages=2")
                        .reaches(SearchLimit.CRASHES, Milestone.LEADER_DIED)
                        .reaches(SearchLimit.PROOFS, Milestone.PROOF_ENDS_LOYALTY)
                        .reaches(SearchLimit.HAND_OVERS, Milestone.NON_VOTER_STANDS),
                led("3 voters led, sleeps of up to three ticks", THREE, "term=2 ticks=3 timers=3 messages=2")
                        .reaches(SearchLimit.TICKS, Milestone.QUEUE_DRAINED, Milestone.VOTE_AS_A_LEASE_ENDS),
                led(
                                "3 voters led, a hand-over with two timers",
                                THREE,
                                "term=2 ticks=1 hand_overs=1 timers=2 messages=3")
                        .reaches(
                                SearchLimit.HAND_OVERS,
                                Milestone.HANDED_OVER,
                                Milestone.STANDS_AT_A_RELEASE,
                                Milestone.STANDS_WITH_PUSHED_VOTES),
                forgotten(),
                supplanted(),
                untimed("3 voters start for the first time, clocks not judged", THREE, "term=1 timers=2 messages=4")
                        .reaches(SearchLimit.TIMERS, Milestone.ELECTED, Milestone.VOTE_SPLIT),
                untimed(
                                "3 voters start for the first time, a crash, clocks not judged",
                                THREE,
                                "term=1 crashes=1 timers=1 messages=3")
                        .reaches(SearchLimit.CRASHES, Milestone.VOTE_LOST_IN_A_CRASH, Milestone.VOTE_KEPT_IN_A_CRASH),
                written("a write, sleeps of up to two ticks", "term=2 ticks=2 writes=1 timers=2 messages=2")
                        .reaches(
                                SearchLimit.TICKS,
                                Milestone.REGISTER_UNKNOWN,
                                Milestone.REGISTER_REPEATED,
                                Milestone.REGISTER_LACKED,
                                Milestone.REGISTER_PASSED_OVER)
                        .reaches(SearchLimit.WRITES, Milestone.REGISTER_PASSED_OVER),
                led(
                                "3 voters led, the first write of a register, a crash and a proof of death",
                                THREE,
                                "term=2 ticks=1 writes=1 proofs=1 crashes=1 timers=1 messages=2")
                        .reaches(SearchLimit.WRITES, Milestone.REGISTER_WRITTEN)
                        .reaches(SearchLimit.CRASHES, Milestone.LEADER_DIED));
    }

    /** The searches of a soak. */
    public static List<NamedSearch> soak() {
        return List.of(
                written(
                                "a write, a crash and two proofs of death",
                                "term=2 ticks=1 writes=1 proofs=2 crashes=1 timers=1 messages=2")
                        .reaches(SearchLimit.WRITES, Milestone.REGISTER_PASSED_OVER)
                        .reaches(SearchLimit.PROOFS, Milestone.REGISTER_REPEATED, Milestone.REGISTER_LACKED),
                led(
                                "3 voters led, a crash, a proof of death, two rounds of heartbeats",
                                THREE,
                                "term=2 ticks=2 crashes=1 proofs=1 beats=1 timers=3 messages=3")
                        .reaches(SearchLimit.CRASHES, Milestone.LEADER_DIED)
                        .reaches(SearchLimit.PROOFS, Milestone.PROOF_ENDS_LOYALTY)
                        .reaches(SearchLimit.BEATS, Milestone.RENEWED),
                led(
                                "3 voters led, up to term 3, a crash, two proofs of death",
                                THREE,
                                "term=3 ticks=2 crashes=1 proofs=2 timers=3 messages=3")
                        .reaches(SearchLimit.CRASHES, Milestone.LEADER_DIED)
                        .reaches(SearchLimit.PROOFS, Milestone.PROOF_ENDS_LOYALTY),
                led(
                                "3 voters led, a hand-over and a crash",
                                THREE,
                                "term=2 ticks=1 crashes=1 hand_overs=1 timers=2 messages=3")
                        .reaches(SearchLimit.HAND_OVERS, Milestone.HANDED_OVER)
                        .reaches(SearchLimit.CRASHES, Milestone.LEADER_DIED),
                led(
                                "4 voters led, a crash and two proofs of death",
                                FOUR,
                                "term=2 ticks=2 crashes=1 proofs=2 timers=2 messages=3")
                        .reaches(SearchLimit.CRASHES, Milestone.LEADER_DIED)
                        .reaches(SearchLimit.PROOFS, Milestone.PROOF_ENDS_LOYALTY),
                led(
                                "3 voters led and a non-voter as candidate, up to term 3, a crash and a proof of death",
                                THREE_AND_ONE,
                                "term=3 ticks=2 crashes=1 proofs=1 timers=3 messages=2")
                        .reaches(SearchLimit.CRASHES, Milestone.LEADER_DIED)
                        .reaches(SearchLimit.PROOFS, Milestone.PROOF_ENDS_LOYALTY),
                led("3 voters led, sleeps of up to four ticks", THREE, "term=2 ticks=4 timers=4 messages=2")
                        .reaches(SearchLimit.TICKS, Milestone.QUEUE_DRAINED),
                led(
                                "3 voters led, a hand-over with three timers",
                                THREE,
                                "term=2 ticks=1 hand_overs=1 timers=3 messages=3")
                        .reaches(SearchLimit.HAND_OVERS, Milestone.HANDED_OVER),
                led(
                        "3 voters of which two are candidates, a crash, terms are forgotten",
                        group(3, 0, 3),
                        "term=2 ticks=4 crashes=1 forgets=1 timers=2 messages=2"),
                supplanted(", four ticks", "term=2 ticks=4 supplants=1 timers=5 messages=2"),
                untimed(
                                "3 voters start for the first time, up to term 2, a crash, clocks not judged",
                                THREE,
                                "term=2 crashes=1 timers=2 messages=3")
                        .reaches(SearchLimit.CRASHES, Milestone.VOTE_LOST_IN_A_CRASH));
    }
}

package dev.conclave.explore.simulation;

import dev.conclave.explore.world.Choice;
import dev.conclave.explore.world.Core;
import dev.conclave.explore.world.EventCounts;
import dev.conclave.explore.world.Milestone;
import dev.conclave.explore.world.PeerGroup;
import dev.conclave.explore.world.SeededRandom;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The peers and the faults of a simulation, and what it must reach. */
public enum SimulationArena {
    /** Groups of every size, and some of every fault. */
    MIXED_FAULTS(
            Milestone.ELECTED_AFTER_ANOTHER,
            Milestone.LEADER_DIED,
            Milestone.VOTE_LOST_IN_A_CRASH,
            Milestone.PROOF_ENDS_LOYALTY,
            Milestone.STANDS_WITH_PUSHED_VOTES,
            Milestone.QUEUE_DRAINED,
            Milestone.REFUSED_AFTER_A_RESTART,
            Milestone.LEASE_RAN_OUT,
            Milestone.VOIDED,
            Milestone.RENEWED_WHILE_USERS_STOP,
            Milestone.HANDED_OVER,
            Milestone.HAND_OVER_TO_A_NAMED_PEER,
            Milestone.HAND_OVER_REFUSED,
            Milestone.REPEATED),
    /** Three to five voters, clocks far apart, links that are cut and healed, messages that arrive twice. */
    CUT_LINKS(Milestone.ELECTED_AFTER_ANOTHER, Milestone.LEASE_RAN_OUT, Milestone.REPEATED),
    /** Three to five voters; when the faults end, Artery is cut between two sides, and the express lanes stay connected. */
    CUT_REMOTING(Milestone.ELECTED_AFTER_ANOTHER, Milestone.LEADER_DIED, Milestone.LEASE_RAN_OUT),
    /** Three to five voters, processes that end and come back, hand-overs, late messages. */
    CRASHES(
            Milestone.ELECTED_AFTER_ANOTHER,
            Milestone.LEADER_DIED,
            Milestone.PROOF_ENDS_LOYALTY,
            Milestone.STANDS_WITH_PUSHED_VOTES,
            Milestone.REFUSED_AFTER_A_RESTART,
            Milestone.HANDED_OVER),
    /** Three to five voters, leaders that are told to hand over all the time, lost and late messages. */
    HAND_OVERS(
            Milestone.ELECTED_AFTER_ANOTHER,
            Milestone.HANDED_OVER,
            Milestone.HAND_OVER_TO_A_NAMED_PEER,
            Milestone.STANDS_AT_A_RELEASE,
            Milestone.RENEWED_WHILE_USERS_STOP),
    /**
     * Three to five voters of which one or two are candidates, and a non-voter as candidate, whose name goes to other
     * processes; journals forget what is idle.
     */
    FORGETTING(
            Milestone.FORGOTTEN,
            Milestone.FORGOTTEN_VOTE_SOUGHT,
            Milestone.SUPPLANTED_LEADER,
            Milestone.CANVASSED_BESIDE_ITS_FORMER_LIFE),
    /** Groups of every size and some of every fault, with leaders that write their register. */
    REGISTERS(
            Milestone.REGISTER_UNKNOWN,
            Milestone.REGISTER_REPEATED,
            Milestone.REGISTER_LACKED,
            Milestone.REGISTER_PASSED_OVER);

    @SuppressWarnings("ImmutableEnumChecker") // Set.of is immutable
    private final Set<Milestone> milestones;

    SimulationArena(Milestone... milestones) {
        this.milestones = Set.of(milestones);
    }

    /** The milestones that the simulations of this arena must reach; none is reached without faults. */
    public Set<Milestone> milestones() {
        return milestones;
    }

    private static final long ELECTION_NANOS = 100_000_000;

    public PeerGroup group(long seed) {
        SeededRandom random = new SeededRandom(~seed);
        if (this == MIXED_FAULTS || this == REGISTERS) {
            return SimulationCommand.group(random);
        }
        if (this == FORGETTING) {
            long standing = random.permille(500) ? 1 : 3;
            return new PeerGroup(3 + random.below(3), 1, 0, standing, ELECTION_NANOS / 10, ELECTION_NANOS, 0.2, 0);
        }
        int standers = random.permille(300) ? 1 : 0;
        return new PeerGroup(3 + random.below(3), standers, 0, -1, ELECTION_NANOS / 10, ELECTION_NANOS, 0.2, 0);
    }

    public Simulation simulation(Core core, long seed, EventCounts counts, @Nullable List<Choice> record) {
        Simulation run = new Simulation(group(seed), core, seed, counts, record);
        return switch (this) {
            case MIXED_FAULTS -> run;
            case REGISTERS -> run.writing();
            case CUT_REMOTING -> run.overLanes();
            case FORGETTING -> run.forgetting();
            case CUT_LINKS -> run.under(Faults.cuts(ELECTION_NANOS / 1000, 200));
            case HAND_OVERS -> run.under(Faults.words(ELECTION_NANOS / 1000, 200));
            case CRASHES -> run.under(Faults.ends(ELECTION_NANOS / 1000, 200));
        };
    }

    /** A simulation of the same peers without faults, in which nothing forgets. */
    public Simulation withoutFaults(long seed, EventCounts counts) {
        return new Simulation(group(seed), Core.PRODUCTION, seed, counts, null)
                .under(Faults.none(ELECTION_NANOS / 1000, 0, false))
                .whole();
    }
}

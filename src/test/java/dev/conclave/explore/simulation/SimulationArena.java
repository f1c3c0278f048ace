package dev.conclave.explore.simulation;

import dev.conclave.explore.world.Choice;
import dev.conclave.explore.world.Core;
import dev.conclave.explore.world.EventCounts;
import dev.conclave.explore.world.PeerGroup;
import dev.conclave.explore.world.SeededRandom;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The surroundings of a simulation. */
public enum SimulationArena {
    /** Groups and faults of every kind, as the dice fall. */
    ALL,
    /** Three to five voters, clocks far apart, links that are cut and healed, letters that come twice. */
    CUTS,
    /** Three to five voters, processes that end and come back, hand-overs, late letters. */
    ENDS,
    /** Three to five voters, leaders that are told to hand over all the time, lost and late letters. */
    WORDS,
    /** As {@link #ALL}, with nodes around the peers: first starts, lost directories, operators' confirmations, strangers. */
    NODES,
    /** Three to five voters of which one or two stand, and one that stands without a vote; journals forget what is idle. */
    NAMES;

    private static final long ELECTION_NANOS = 100_000_000;

    public PeerGroup group(long seed) {
        SeededRandom random = new SeededRandom(~seed);
        if (this == ALL) {
            return SimulationCommand.group(random);
        }
        if (this == NODES) {
            int more = random.below(3);
            PeerGroup group = new PeerGroup(
                    random.permille(600) ? 3 : 1 + random.below(9 - more),
                    more,
                    random.permille(200) ? 1 : 0,
                    -1,
                    ELECTION_NANOS / (random.permille(500) ? 5 : 10),
                    ELECTION_NANOS,
                    random.permille(500) ? 0.2 : 0.01,
                    0);
            return group.withStrangers(more == 2 ? 1L << group.voters() : 0);
        }
        if (this == NAMES) {
            long standing = random.permille(500) ? 1 : 3;
            return new PeerGroup(3 + random.below(3), 1, 0, standing, ELECTION_NANOS / 10, ELECTION_NANOS, 0.2, 0);
        }
        int standers = random.permille(300) ? 1 : 0;
        return new PeerGroup(3 + random.below(3), standers, 0, -1, ELECTION_NANOS / 10, ELECTION_NANOS, 0.2, 0);
    }

    public Simulation simulation(Core core, long seed, EventCounts counts, @Nullable List<Choice> record) {
        Simulation run = new Simulation(group(seed), core, seed, counts, record);
        return switch (this) {
            case ALL, NODES -> run;
            case NAMES -> run.forgetting();
            case CUTS -> run.under(Faults.cuts(ELECTION_NANOS / 1000, 200));
            case WORDS -> run.under(Faults.words(ELECTION_NANOS / 1000, 200));
            case ENDS -> run.under(Faults.ends(ELECTION_NANOS / 1000, 200));
        };
    }
}

package dev.conclave.explore;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The surroundings of a simulation. */
enum Arena {
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

    Group group(long seed) {
        Dice dice = new Dice(~seed);
        if (this == ALL) {
            return Explore.group(dice);
        }
        if (this == NODES) {
            int more = dice.below(3);
            Group group = new Group(
                    dice.permille(600) ? 3 : 1 + dice.below(9 - more),
                    more,
                    dice.permille(200) ? 1 : 0,
                    -1,
                    ELECTION_NANOS / (dice.permille(500) ? 5 : 10),
                    ELECTION_NANOS,
                    dice.permille(500) ? 0.2 : 0.01,
                    0);
            return group.withStrangers(more == 2 ? 1L << group.voters() : 0);
        }
        if (this == NAMES) {
            long standing = dice.permille(500) ? 1 : 3;
            return new Group(3 + dice.below(3), 1, 0, standing, ELECTION_NANOS / 10, ELECTION_NANOS, 0.2, 0);
        }
        int standers = dice.permille(300) ? 1 : 0;
        return new Group(3 + dice.below(3), standers, 0, -1, ELECTION_NANOS / 10, ELECTION_NANOS, 0.2, 0);
    }

    Simulation simulation(Core core, long seed, Tally tally, @Nullable List<Choice> record) {
        Simulation run = new Simulation(group(seed), core, seed, tally, record);
        return switch (this) {
            case ALL, NODES -> run;
            case NAMES -> run.forgetting();
            case CUTS -> run.under(Faults.cuts(ELECTION_NANOS / 1000, 200));
            case WORDS -> run.under(Faults.words(ELECTION_NANOS / 1000, 200));
            case ENDS -> run.under(Faults.ends(ELECTION_NANOS / 1000, 200));
        };
    }
}

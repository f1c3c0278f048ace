package dev.conclave.bench.driver;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How much is measured.
 *
 * @param laps how often all systems have their turn
 * @param kinds which kinds of blocks
 * @param systems which systems
 * @param kills SIGKILLs in a block
 * @param transfers hand-overs in a block
 * @param terms SIGTERMs in a block
 * @param freezes SIGSTOPs in a block
 * @param twoGbKills SIGKILLs of large leaders in a block
 * @param twoGbForAll whether all systems get such a block, or Conclave alone
 * @param slowRounds the most rounds of a kind in a block for a system that needs about ten seconds for one; the slowest,
 *     which need a minute, get one, and none of SIGSTOP unless this is above one
 * @param conclaveTimes how many times as many rounds in a block Conclave gets: its rounds take the least time
 * @param idle for how long processor time is counted
 * @param idleRest for how long processes are left alone before
 * @param idleLaps in how many laps idle processes are looked at
 * @param firstRest for how long fresh processes are left alone before the first blow
 * @param rest the same before each further blow
 * @param warmUp whether a round that is not reported comes before those that are
 */
record Plan(
        int laps,
        List<Block.Kind> kinds,
        List<BenchedSystem> systems,
        int kills,
        int transfers,
        int terms,
        int freezes,
        int twoGbKills,
        boolean twoGbForAll,
        int slowRounds,
        int conclaveTimes,
        Duration idle,
        Duration idleRest,
        int idleLaps,
        Duration firstRest,
        Duration rest,
        boolean warmUp) {

    private static final Duration STARTING = Duration.ofSeconds(8);

    /** All blocks, in their order: within a lap, one kind after the other, and in each kind one system after the other. */
    List<Block> blocks() {
        List<Block> blocks = new ArrayList<>();
        for (int lap = 1; lap <= laps; lap++) {
            for (Block.Kind kind : kinds) {
                for (BenchedSystem system : systems) {
                    Block block = new Block(lap, kind, system);
                    if (isWanted(block)) {
                        blocks.add(block);
                    }
                }
            }
        }
        return blocks;
    }

    private boolean isWanted(Block block) {
        BenchedSystem system = block.system();
        return switch (block.kind()) {
            case BLOWS -> system.leads();
            case FREEZES ->
                system.leads() && freezes > 0 && (system.pace() != BenchedSystem.Pace.SLOWEST || slowRounds > 1);
            case TWO_GB ->
                system.leads()
                        && twoGbKills > 0
                        && (twoGbForAll && system.pace() != BenchedSystem.Pace.SLOWEST
                                || system.key().equals("conclave"));
            case IDLE -> block.lap() <= idleLaps && !idle.isZero();
        };
    }

    /** How long a block takes that nothing is known about yet, roughly: one that cannot end in time is not begun. */
    Duration atLeast(Block block) {
        return block.kind() == Block.Kind.IDLE ? idle.plus(idleRest).plus(STARTING) : STARTING.multipliedBy(5);
    }

    /** So many rounds as the system's pace allows. */
    int rounds(int wanted, BenchedSystem system) {
        return switch (system.pace()) {
            case SWIFT -> system.key().equals("conclave") ? wanted * conclaveTimes : wanted;
            case SLOW -> Math.min(wanted, slowRounds);
            case SLOWEST -> Math.min(wanted, 1);
        };
    }
}

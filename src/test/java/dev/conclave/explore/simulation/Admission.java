package dev.conclave.explore.simulation;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.explore.world.Choice;
import dev.conclave.explore.world.Choice.What;
import dev.conclave.explore.world.Nodes;
import dev.conclave.explore.world.PeerGroup;
import dev.conclave.explore.world.SeededRandom;
import dev.conclave.explore.world.Violation;
import dev.conclave.explore.world.World;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/** The operator of a simulation, who confirms lost data directories (R15). */
public final class Admission {

    private final Simulation sim;
    private final World world;
    private final SeededRandom random;

    public Admission(Simulation sim, World world, SeededRandom random) {
        this.sim = sim;
        this.world = world;
        this.random = random;
    }

    /** Whether enough voters are left that take part, durably, to replace this peer's identity. */
    public boolean mayLose(int peer) {
        PeerGroup group = world.group();
        Nodes nodes = world.nodes().orElseThrow();
        if (group.isStranger(peer) || !group.isVoter(peer) || !nodes.hasDirectory(peer)) {
            return false;
        }
        int others = 0;
        for (int i = 0; i < group.voters(); i++) {
            others += i != peer && nodes.head(i).filter(head -> head.admitted()).isPresent() ? 1 : 0;
        }
        return others >= group.settings().quorum();
    }

    /**
     * The confirmation with which a peer starts whose directory may be lost: mostly the right one, now and then none or
     * another.
     */
    public int wordAtStart(int peer) {
        Nodes nodes = world.nodes().orElseThrow();
        int had = nodes.identities(peer);
        if (had == 0 || nodes.hasDirectory(peer)) {
            return 0;
        }
        return random.permille(150) ? 0 : random.permille(800) ? rightWord(peer) : 1 + random.below(had);
    }

    /** The identity that the other voters report as known; 0 if they know none. */
    private int rightWord(int peer) {
        Nodes nodes = world.nodes().orElseThrow();
        List<DirectoryIdentity> had = nodes.identitiesOf(peer);
        Optional<DirectoryIdentity> known = java.util.stream.IntStream.range(
                        0, world.group().size())
                .filter(i -> i != peer)
                .mapToObj(i ->
                        nodes.head(i).map(head -> head.known().get(world.group().id(peer))))
                .flatMap(Optional::stream)
                .reduce(DirectoryIdentity::mergedWith);
        return known.map(identity ->
                        identity.isContested() ? had.size() + (int) identity.generation() : had.indexOf(identity) + 1)
                .orElse(0);
    }

    /** Whether all peers that should take part do. */
    private boolean isComplete() {
        for (int i = 0; i < world.group().size(); i++) {
            if (isConcerned(i) && !world.nodes().orElseThrow().takesPart(i)) {
                return false;
            }
        }
        return true;
    }

    private boolean isConcerned(int peer) {
        return world.group().isVoter(peer) && !world.group().isStranger(peer);
    }

    /** In a quiet time: follows the log messages of refused peers, until all peers take part. */
    public void complete() {
        for (int round = 0; round < 8 && !isComplete(); round++) {
            sim.until(world.micros() + 5 * sim.election);
            for (int i = 0; i < world.group().size(); i++) {
                if (isConcerned(i)
                        && !world.nodes().orElseThrow().takesPart(i)
                        && world.nodes().get().isRefused(i)) {
                    sim.crash(i);
                    sim.apply(Choice.of(What.WIPE, i));
                    sim.start(i, rightWord(i));
                }
            }
        }
        if (!isComplete()) {
            throw new Violation("R15L", "somebody was not admitted in a long quiet: " + whoKnowsWhom());
        }
    }

    private String whoKnowsWhom() {
        Nodes nodes = world.nodes().orElseThrow();
        StringJoiner all = new StringJoiner("; ");
        for (int i = 0; i < world.group().size(); i++) {
            all.add(world.group().id(i) + " is "
                    + nodes.head(i)
                            .map(head -> head.identity() + (head.admitted() ? "" : ", waits,") + " and knows "
                                    + head.known())
                            .orElse("none"));
        }
        return all.toString();
    }
}

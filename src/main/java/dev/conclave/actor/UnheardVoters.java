package dev.conclave.actor;

import dev.conclave.core.PeerId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The voters that this node has not heard since its start, and what an operator may check about them. A voter that is not heard
 * may be down; more often, at the first start, something is written in two ways.
 */
final class UnheardVoters {

    /** Strangers that are remembered, each under another name that a voter may have elsewhere. */
    private static final int MOST_STRANGERS = 16;

    private final String systemName;
    private final Set<PeerId> voters;
    private final Set<PeerId> unheard;
    private final Map<PeerId, PeerId> otherNames = new TreeMap<>();

    /** All voters but this node. */
    UnheardVoters(String systemName, PeerId self, Collection<PeerId> voters) {
        this.systemName = systemName;
        this.voters = Set.copyOf(voters);
        this.unheard = new TreeSet<>(voters);
        unheard.remove(self);
    }

    /** A voter, or another node, is heard. */
    void heard(PeerId peer) {
        unheard.remove(peer);
    }

    /** A node says that it has this name. One with the port of a voter may be that voter, which has another name here. */
    void greetedBy(PeerId from) {
        if (!voters.contains(from) && otherNames.size() < MOST_STRANGERS) {
            voters.stream()
                    .filter(voter -> voter.port() == from.port())
                    .findAny()
                    .ifPresent(voter -> otherNames.put(from, voter));
        }
    }

    /** Voters that were not heard yet, in order. */
    List<PeerId> list() {
        return List.copyOf(unheard);
    }

    /** What to check where these are missing. */
    String hint(Collection<PeerId> missing) {
        StringBuilder hint = new StringBuilder(
                "check that they run, that their actor systems have the same name \"" + systemName
                        + "\", that conclave.voters is the same text on all nodes and names each voter by its"
                        + " akka.remote.artery.canonical.hostname (localhost is not 127.0.0.1), and that the ports can be reached");
        otherNames.forEach((stranger, voter) -> {
            if (missing.contains(voter)) {
                hint.append("; ")
                        .append(stranger)
                        .append(" is not in conclave.voters but contacts this node: it may be ")
                        .append(voter);
            }
        });
        return hint.toString();
    }
}

package dev.conclave.internal.node;

import dev.conclave.core.PeerId;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The voters from which nothing has arrived since this node's start, and hints for the operator. Such a voter may be down; more
 * often, at the first start, its name or a setting differs between nodes.
 */
final class SilentVoters {

    /** The maximum number of unknown senders that are remembered; each may be a voter under another name. */
    private static final int MOST_STRANGERS = 16;

    private final String systemName;
    private final PeerId self;
    private final Supplier<List<PeerId>> voters;
    private final Set<PeerId> heard = new HashSet<>();
    private final Map<PeerId, PeerId> otherNames = new TreeMap<>();

    /**
     * Creates an instance that has heard nothing.
     *
     * @param voters returns the present voters
     */
    SilentVoters(String systemName, PeerId self, Supplier<List<PeerId>> voters) {
        this.systemName = systemName;
        this.self = self;
        this.voters = voters;
    }

    /** Notes that a message of the peer has arrived. */
    void heard(PeerId peer) {
        if (voters.get().contains(peer)) {
            heard.add(peer);
        }
    }

    /**
     * Notes that a node with this name has greeted this node. If it has the port of a voter, it may be that voter under another
     * name.
     */
    void greetedBy(PeerId from) {
        List<PeerId> present = voters.get();
        if (!present.contains(from) && otherNames.size() < MOST_STRANGERS) {
            present.stream()
                    .filter(voter -> voter.port() == from.port())
                    .findAny()
                    .ifPresent(voter -> otherNames.put(from, voter));
        }
    }

    /** The voters from which nothing has arrived yet, in order. */
    List<PeerId> list() {
        return voters.get().stream()
                .filter(voter -> !voter.equals(self) && !heard.contains(voter))
                .toList();
    }

    /** Returns a hint for the operator what to check if these voters are missing. */
    String hint(Collection<PeerId> missing) {
        StringBuilder hint =
                new StringBuilder("check that they run, that their actor systems have the same name \"" + systemName
                        + "\", that conclave.voters is the same text on all nodes and names each voter by its"
                        + " akka.remote.artery.canonical.hostname (localhost is not 127.0.0.1), and that the ports are"
                        + " open; if they were replaced, this node learns the present voters from the members of its Akka"
                        + " cluster, or from one of them that is named in conclave.voters");
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

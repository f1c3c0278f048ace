package dev.conclave.internal.node;

import akka.actor.typed.ActorRef;
import dev.conclave.core.ElectionName;
import dev.conclave.internal.peer.PeerCommand;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The peers of a node by election: starts a peer with the first message for it, and stops an idle one. Used on the thread of
 * {@link NodeActor}.
 *
 * <p>An idle peer asks to stop ({@link #idle}). From then on messages for its election wait here, and the peer is told, after all
 * earlier messages, to stop if it is still idle. Either it stops, and the waiting messages start its successor; or it stays and
 * receives them. So no message is lost, and there are never two peers of one election at the same time.
 */
final class PeerRegistry {

    /**
     * How many peers a node may have before messages of other nodes no longer start another one; this bounds the memory that
     * other nodes can make it use. Peers that this node needs itself are not bounded.
     */
    static final int MAX_HEARD_OF = 50_000;

    /** How many messages wait for one peer to stop. Further messages of other nodes are dropped, as any message may be lost. */
    private static final int MAX_WAITING = 1_000;

    private final BiFunction<PeerRegistry, ElectionName, ActorRef<PeerCommand>> spawn;
    private final BooleanSupplier votes;
    private final Map<ElectionName, ActorRef<PeerCommand>> peers = new HashMap<>();
    private final Map<ElectionName, List<PeerCommand>> ending = new LinkedHashMap<>();

    /**
     * A registry without peers.
     *
     * @param spawn starts a peer's actor
     * @param votes whether this node is a voter, which also votes in elections that it did not know before
     */
    PeerRegistry(BiFunction<PeerRegistry, ElectionName, ActorRef<PeerCommand>> spawn, BooleanSupplier votes) {
        this.spawn = spawn;
        this.votes = votes;
    }

    /** The elections that have a peer. */
    Set<ElectionName> elections() {
        return Set.copyOf(peers.keySet());
    }

    /** The number of elections for which a peer runs on this node. */
    int size() {
        return peers.size();
    }

    /** All peers. */
    Collection<ActorRef<PeerCommand>> peers() {
        return List.copyOf(peers.values());
    }

    /** Returns the peer of an election; starts it if there is none. */
    ActorRef<PeerCommand> begin(ElectionName election) {
        return peers.computeIfAbsent(election, name -> spawn.apply(this, name));
    }

    /** Sends a command of this node to a peer; starts the peer if there is none. */
    void tell(ElectionName election, PeerCommand command) {
        List<PeerCommand> waiting = ending.get(election);
        if (waiting != null) {
            waiting.add(command);
        } else {
            begin(election).tell(command);
        }
    }

    /** Sends a command to all existing peers. */
    void tellAll(PeerCommand command) {
        tellEach(() -> command);
    }

    /** Sends each existing peer a command of its own. */
    void tellEach(Supplier<PeerCommand> command) {
        peers.keySet().forEach(election -> tell(election, command.get()));
    }

    /**
     * Delivers a message of another node. Starts a peer only if this node is a voter and the message wants an answer: a late
     * refusal or release is irrelevant to an idle peer.
     *
     * @return false if there is no room, and the message is dropped
     */
    boolean hear(ElectionName election, PeerCommand.FromPeer said) {
        List<PeerCommand> waiting = ending.get(election);
        if (waiting != null) {
            if (waiting.size() >= MAX_WAITING) {
                return false;
            }
            waiting.add(said);
            return true;
        }
        if (!peers.containsKey(election)) {
            if (!wakes(said)) {
                return true;
            }
            if (peers.size() >= MAX_HEARD_OF) {
                return false;
            }
        }
        begin(election).tell(said);
        return true;
    }

    /** A peer is idle and asks to stop. */
    void idle(ElectionName election, ActorRef<PeerCommand> peer) {
        if (peer.equals(peers.get(election)) && ending.putIfAbsent(election, new ArrayList<>()) == null) {
            peer.tell(new PeerCommand.EndIfIdle());
        }
    }

    /** A peer that was told to stop is needed again. */
    void stays(ElectionName election, ActorRef<PeerCommand> peer) {
        if (peer.equals(peers.get(election))) {
            List<PeerCommand> waiting = ending.remove(election);
            if (waiting != null) {
                waiting.forEach(peer::tell);
            }
        }
    }

    /**
     * A peer has ended, because it was idle or because it failed for good.
     *
     * @param forget removes the election; runs before a successor is started
     */
    void ended(ElectionName election, ActorRef<PeerCommand> peer, Runnable forget) {
        if (!peers.remove(election, peer)) {
            return;
        }
        List<PeerCommand> waiting = ending.remove(election);
        if (waiting == null) {
            return;
        }
        forget.run();
        if (waiting.stream().anyMatch(this::wakes)) {
            waiting.forEach(command -> tell(election, command));
        } else {
            waiting.forEach(PeerCommand::isForNobody);
        }
    }

    private boolean wakes(PeerCommand command) {
        return command instanceof PeerCommand.FromPeer said
                ? votes.getAsBoolean() && said.message().wantsAnswer()
                : command.wantsPeer();
    }
}

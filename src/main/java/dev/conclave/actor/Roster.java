package dev.conclave.actor;

import akka.actor.typed.ActorRef;
import dev.conclave.core.ElectionName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * The peers of a node by election: begins one with the first message for it, and lets one end that nobody needs any more.
 * Used on the thread of {@link ElectionNode}.
 *
 * <p>An idle peer asks to end ({@link #idle}). From then on what comes for its election waits here, and the peer is told to end
 * if it is idle still, behind everything that was told to it before. Either it ends, and what has waited begins its successor;
 * or it stays, and gets what has waited. So no message is lost, and no two peers of one election are ever there at one time.
 */
final class Roster {

    /**
     * How many elections a voter keeps peers of before it hears of no more by the messages of others: what any node of the
     * system can make it spend. What this node asks for itself is not bounded.
     */
    static final int MAX_HEARD_OF = 50_000;

    /** How much waits for one peer to end. What others say beyond may be lost, as any message may. */
    private static final int MAX_WAITING = 1_000;

    private final BiFunction<Roster, ElectionName, ActorRef<PeerActor.Command>> spawn;
    private final boolean votes;
    private final Map<ElectionName, ActorRef<PeerActor.Command>> peers = new HashMap<>();
    private final Map<ElectionName, List<PeerActor.Command>> ending = new LinkedHashMap<>();

    /**
     * Of no peers.
     *
     * @param spawn begins a peer's actor
     * @param votes whether this node is a voter, which votes also in an election that it hears of for the first time
     */
    Roster(BiFunction<Roster, ElectionName, ActorRef<PeerActor.Command>> spawn, boolean votes) {
        this.spawn = spawn;
        this.votes = votes;
    }

    /** The elections that have a peer. */
    Set<ElectionName> elections() {
        return Set.copyOf(peers.keySet());
    }

    /** How many elections have a peer. */
    int size() {
        return peers.size();
    }

    /** All of them. */
    Collection<ActorRef<PeerActor.Command>> peers() {
        return List.copyOf(peers.values());
    }

    /** Begins the peer of an election if there is none, and gives it. */
    ActorRef<PeerActor.Command> begin(ElectionName election) {
        return peers.computeIfAbsent(election, name -> spawn.apply(this, name));
    }

    /** Something that this node wants of a peer; begins it if need be. */
    void tell(ElectionName election, PeerActor.Command command) {
        List<PeerActor.Command> waiting = ending.get(election);
        if (waiting != null) {
            waiting.add(command);
        } else {
            begin(election).tell(command);
        }
    }

    /** Something for all peers that there are. */
    void tellAll(PeerActor.Command command) {
        peers.keySet().forEach(election -> tell(election, command));
    }

    /**
     * What another node says. Begins a peer only where this node votes, and only for what wants an answer: a late refusal or
     * release tells nothing to a peer that owes nobody anything and asks for nothing.
     *
     * @return whether there is room for it: if not, it is dropped
     */
    boolean hear(ElectionName election, PeerActor.FromPeer said) {
        List<PeerActor.Command> waiting = ending.get(election);
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

    /** A peer finds that nobody needs it. */
    void idle(ElectionName election, ActorRef<PeerActor.Command> peer) {
        if (peer.equals(peers.get(election)) && ending.putIfAbsent(election, new ArrayList<>()) == null) {
            peer.tell(new PeerActor.EndIfIdle());
        }
    }

    /** A peer that was told to end is needed after all. */
    void stays(ElectionName election, ActorRef<PeerActor.Command> peer) {
        if (peer.equals(peers.get(election))) {
            List<PeerActor.Command> waiting = ending.remove(election);
            if (waiting != null) {
                waiting.forEach(peer::tell);
            }
        }
    }

    /**
     * A peer has ended, of itself or because it failed for good.
     *
     * @param forget forgets the election, if nobody has asked for it meanwhile, before it is begun anew
     */
    void ended(ElectionName election, ActorRef<PeerActor.Command> peer, Runnable forget) {
        if (!peers.remove(election, peer)) {
            return;
        }
        List<PeerActor.Command> waiting = ending.remove(election);
        if (waiting == null) {
            return;
        }
        forget.run();
        if (waiting.stream().anyMatch(this::wakes)) {
            waiting.forEach(command -> tell(election, command));
        } else {
            waiting.forEach(PeerActor.Command::isForNobody);
        }
    }

    private boolean wakes(PeerActor.Command command) {
        return command instanceof PeerActor.FromPeer said
                ? votes && said.message().wantsAnswer()
                : command.wantsPeer();
    }
}

package dev.conclave.core.peer;

import dev.conclave.core.Ballot;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.PeerMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A peer with a few fields exchanged, for tests and planted faults; production code never makes such a peer. */
public final class RebuiltPeer {

    private Peer.Self self;
    private Ballot ballot;
    private Optional<Incarnation> votedLife;
    private DurabilityGate gate;
    private Loyalty loyalty;
    private List<EndingLeadership> endingLeaderships;
    private Optional<Peer.EndedTerm> ended;
    private long released;
    private Map<PeerId, PushedVotes.Pushed> pushed;
    private final Map<PeerId, Incarnation> gone;
    private final PeerMap<Peer.Observer> observers;
    private final Optional<Effect.Following> told;
    private final long yieldsUntil;
    private final ResponseTimes responseTimes;
    private boolean takesPart;
    private final boolean stands;
    private final boolean leaving;
    private HeldRegister register;
    private Role role;

    private RebuiltPeer(Peer peer) {
        self = peer.self();
        ballot = peer.ballot();
        votedLife = peer.votedLife();
        gate = peer.gate();
        loyalty = peer.loyalty();
        endingLeaderships = peer.endingLeaderships();
        ended = peer.ended();
        released = peer.released();
        pushed = peer.pushed();
        gone = peer.gone();
        observers = peer.observers();
        told = peer.told();
        yieldsUntil = peer.yieldsUntil();
        responseTimes = peer.responseTimes();
        takesPart = peer.takesPart();
        stands = peer.stands();
        leaving = peer.leaving();
        register = peer.register();
        role = peer.role();
    }

    public static RebuiltPeer of(Peer peer) {
        return new RebuiltPeer(peer);
    }

    public RebuiltPeer self(Peer.Self other) {
        self = other;
        return this;
    }

    public RebuiltPeer ballot(Ballot other) {
        ballot = other;
        return this;
    }

    public RebuiltPeer votedLife(Optional<Incarnation> other) {
        votedLife = other;
        return this;
    }

    public RebuiltPeer gate(DurabilityGate other) {
        gate = other;
        return this;
    }

    public RebuiltPeer loyalty(Loyalty other) {
        loyalty = other;
        return this;
    }

    public RebuiltPeer endingLeaderships(List<EndingLeadership> other) {
        endingLeaderships = other;
        return this;
    }

    public RebuiltPeer ended(Optional<Peer.EndedTerm> other) {
        ended = other;
        return this;
    }

    public RebuiltPeer released(long other) {
        released = other;
        return this;
    }

    public RebuiltPeer pushed(Map<PeerId, PushedVotes.Pushed> other) {
        pushed = other;
        return this;
    }

    public RebuiltPeer takesPart(boolean other) {
        takesPart = other;
        return this;
    }

    public RebuiltPeer register(HeldRegister other) {
        register = other;
        return this;
    }

    public RebuiltPeer role(Role other) {
        role = other;
        return this;
    }

    public Peer peer() {
        return new Peer(
                self,
                ballot,
                votedLife,
                gate,
                loyalty,
                endingLeaderships,
                ended,
                released,
                pushed,
                gone,
                observers,
                told,
                yieldsUntil,
                responseTimes,
                takesPart,
                stands,
                leaving,
                register,
                role);
    }
}

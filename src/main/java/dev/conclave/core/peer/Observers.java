package dev.conclave.core.peer;

import dev.conclave.core.PeerId;

/** The non-voters that a peer tells who leads. */
public final class Observers {

    /** How many observers a peer notifies; its node does not accept more peers either. */
    public static final int MAX = 8192;

    /** Silent observers are removed once per so many new ones. */
    private static final int SWEEP_EVERY = 64;

    private Observers() {}

    /**
     * Notes an observer. An active observer keeps its place: a new one is turned away when there are {@link #MAX}, so that a
     * crowd or a flood of new names cannot displace it.
     */
    static void note(PeerStep step, PeerId peer, boolean standing) {
        if (step.bit(peer) != 0 || peer.equals(step.self.id())) {
            return;
        }
        if (!step.observers.containsKey(peer)) {
            int size = step.observers.size();
            if (size < SWEEP_EVERY || size % SWEEP_EVERY == 0 || size >= MAX) {
                step.observers = step.observers.withoutAll(observer -> !isListening(step, observer));
            }
            if (step.observers.size() >= MAX) {
                step.effect(new Effect.Crowded(peer));
                return;
            }
        }
        step.observers = step.observers.with(peer, new Peer.Observer(step.now, standing));
    }

    /**
     * Removes the observer of a process that has ended; if another process runs there already, it announces itself again within
     * E/2.
     */
    static void forget(PeerStep step, PeerId peer) {
        step.observers = step.observers.without(peer);
    }

    /** Whether the observer has been heard from within the last ten election timeouts; otherwise it is dropped. */
    static boolean isListening(PeerStep step, Peer.Observer observer) {
        return observer.heardAt() >= step.now - 10 * step.self.settings().electionNanos();
    }
}

package dev.conclave.lifeline;

import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import java.net.InetSocketAddress;

/**
 * Receives the findings of a {@link Lifeline}. Calls do not overlap; they come on the lifeline's thread (or on a second one:
 * {@link LifelineThread#start(Runnable)}), so every method must return at once. Exceptions are logged and have no other effect.
 */
public interface LifelineCallback {

    /**
     * Called when this life of the peer has ended, as proven by R10: its connection ended by FIN, and a connection started
     * after that was refused or answered by another life. Called once; no other call for this life follows.
     */
    void gone(PeerId peer, Incarnation incarnation);

    /**
     * Called when a connection to this life of the peer is up. That shows only that it was running a moment ago.
     *
     * @param address where that life listens
     */
    default void up(PeerId peer, Incarnation incarnation, InetSocketAddress address) {}

    /**
     * Called when the connection to this life of the peer has ended. That proves nothing: a network failure has the same
     * effect.
     */
    default void down(PeerId peer, Incarnation incarnation) {}

    /**
     * Called when a frame has arrived over an express lane, from an unauthenticated sender. {@link ExpressLaneFrame#take} must
     * be called when it is processed, since the number of waiting bytes is limited.
     */
    default void heard(ExpressLaneFrame frame) {
        frame.take();
    }

    /**
     * Called when the lifeline of this node has ended although it was not closed, so peers may soon have a proof against this
     * node although it is running. {@link Lifeline#isOpen()} is already false: all leaderships of this node are void (R10), for
     * the rest of its life.
     */
    void ended(Throwable cause);
}

package dev.conclave.lifeline;

import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import java.net.InetSocketAddress;

/**
 * Who is told what a {@link Lifeline} finds out. Called one call after another, on the lifeline's own thread (or, if that
 * one has a first task, on one beside it: {@link LifelineThread#start(Runnable)}), so every method must return at once.
 * What a method throws is logged and harms nothing.
 */
public interface LifelineListener {

    /**
     * This life of the peer is over, proven as R10 asks: its connection ended by FIN, and a connection begun after that
     * was refused or answered by another life. Told once, and nothing else is told of this life afterwards.
     */
    void gone(PeerId peer, Incarnation incarnation);

    /**
     * A connection to this very life is held. It says that it lived a moment ago, and is no evidence of anything.
     *
     * @param address where that life listens
     */
    default void up(PeerId peer, Incarnation incarnation, InetSocketAddress address) {}

    /** The connection has ended. No proof of anything: a cable does the same. */
    default void down(PeerId peer, Incarnation incarnation) {}

    /**
     * A frame has come over an express lane, from whomever: nothing is known of its sender. {@link ExpressFrame#take} must
     * be called once it is dealt with, since only so much may wait.
     */
    default void heard(ExpressFrame frame) {
        frame.take();
    }

    /**
     * The lifeline has ended although nobody closed it, so peers may soon have a proof against this node, which lives.
     * {@link Lifeline#isOpen()} is false already: every leadership of this node is void (R10), for the rest of its life.
     */
    void ended(Throwable cause);
}

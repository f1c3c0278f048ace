package dev.conclave;

/**
 * What a node does when an actor that serves ends while the node leads, see {@link Election#serve}: it threw in {@link
 * Serve.Start}, it failed later, or it was stopped. A warning is logged in any case.
 */
public enum WhenServerEnds {

    /** The node hands over (R9). It leads on if no other node stands, and it goes on standing. */
    HAND_OVER,

    /** The node leads on, without that actor. */
    GO_ON
}

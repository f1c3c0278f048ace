package dev.conclave;

/**
 * The reaction of a node to the end of an actor that serves while the node leads, see {@link Election#serve}: because the actor
 * threw in {@link Serve.Start}, failed later, or was stopped. A warning is logged in any case.
 */
public enum WhenServerEnds {

    /** The node hands over (R9) and stays a candidate. It keeps leading if there is no other candidate. */
    HAND_OVER,

    /** The node keeps leading without that actor. */
    GO_ON
}

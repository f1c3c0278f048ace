package dev.conclave.node.demo;

/** The fault of the leader in each round of a demo. */
public enum LeaderFault {
    /** SIGKILL: the process ends without notice. */
    KILL("is killed", "the killed peer restarts and follows"),
    /** SIGTERM: the peer hands over and shuts down in order. */
    TERM("is told to stop (SIGTERM)", "the stopped peer restarts and follows"),
    /** SIGSTOP, and SIGCONT once another peer leads: other peers only notice the silence. */
    FREEZE("is frozen (SIGSTOP)", "the frozen peer is woken and follows"),
    /** The peer is asked to hand over. */
    HAND_OVER("is asked to hand over", "the former leader follows");

    private final String does;
    private final String after;

    LeaderFault(String does, String after) {
        this.does = does;
        this.after = after;
    }

    /** Returns the text of the fault, to follow the words "the leader". */
    String does() {
        return does;
    }

    /** Returns the text of the recovery. */
    String after() {
        return after;
    }
}

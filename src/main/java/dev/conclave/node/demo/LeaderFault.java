package dev.conclave.node.demo;

/** The fault of the leader in each round of a demo. */
public enum LeaderFault {
    /** SIGKILL: the process ends without notice. */
    KILL("kill", "is killed", "the killed peer restarts and follows"),
    /** SIGTERM: the peer hands over and shuts down in order. */
    TERM("term", "is told to stop (SIGTERM)", "the stopped peer restarts and follows"),
    /** SIGSTOP, and SIGCONT once another peer leads: other peers only notice the silence. */
    FREEZE("freeze", "is frozen (SIGSTOP)", "the frozen peer is woken and follows"),
    /** The peer is asked to hand over. */
    HAND_OVER("hand-over", "is asked to hand over", "the former leader follows");

    private final String option;
    private final String does;
    private final String after;

    LeaderFault(String option, String does, String after) {
        this.option = option;
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

    /** Returns the word of the command line. */
    @Override
    public String toString() {
        return option;
    }
}

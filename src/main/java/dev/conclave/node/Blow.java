package dev.conclave.node;

/** What befalls the leader in each round of a demo. */
enum Blow {
    /** SIGKILL: it ends without a word. */
    KILL("is killed", "the killed peer restarts and follows"),
    /** SIGTERM: it hands over and leaves in order. */
    TERM("is told to stop (SIGTERM)", "the stopped peer restarts and follows"),
    /** SIGSTOP, and SIGCONT once another leads: nobody can see that it sleeps. */
    FREEZE("is frozen (SIGSTOP)", "the frozen peer is woken and follows"),
    /** It is asked to let another lead. */
    HAND_OVER("is asked to hand over", "the former leader follows");

    private final String does;
    private final String after;

    Blow(String does, String after) {
        this.does = does;
        this.after = after;
    }

    /** What happens, after "the leader". */
    String does() {
        return does;
    }

    /** What comes then. */
    String after() {
        return after;
    }
}

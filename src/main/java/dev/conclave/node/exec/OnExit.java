package dev.conclave.node.exec;

/** The consequence when the command ends by itself while this peer leads. */
enum OnExit {
    /** The command starts again. */
    RESTART("restart"),
    /** Another peer leads. */
    HAND_OVER("hand-over"),
    /** This process ends with the exit code of the command. */
    END("end");

    private final String word;

    OnExit(String word) {
        this.word = word;
    }

    @Override
    public String toString() {
        return word;
    }
}

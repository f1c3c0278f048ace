package dev.conclave.bench.driver;

/** A measured quantity: a row of the table. */
enum Row {
    COLD("Cold start: three processes to a leader", "ms"),
    KILL("SIGKILL of the leader", "ms"),
    KILL_2GB("SIGKILL of a leader with 2 GB resident", "ms"),
    FREEZE("SIGSTOP of the leader", "ms"),
    BELIEF("A thawed old leader still believes that it leads", "ms"),
    TRANSFER("Hand-over by command", "ms"),
    TERM("SIGTERM of the leader", "ms"),
    IDLE("Idle: processor time of one process", "% of a core"),
    /** Recorded and not reported. */
    WARM_UP("Warm-up", "ms");

    private final String title;
    private final String unit;

    Row(String title, String unit) {
        this.title = title;
        this.unit = unit;
    }

    String title() {
        return title;
    }

    String unit() {
        return unit;
    }
}

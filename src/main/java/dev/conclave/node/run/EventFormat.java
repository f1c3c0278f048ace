package dev.conclave.node.run;

/** The format of a peer's events on standard output. */
enum EventFormat {
    /** One JSON object per line. */
    json,
    /** One readable line per event. */
    text
}

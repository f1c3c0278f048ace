package dev.conclave.node.run;

/** The format of a peer's events on standard output. */
enum EventFormat {
    /** Each event is one line with a JSON object. */
    json,
    /** Each event is one line of text for people. */
    text
}

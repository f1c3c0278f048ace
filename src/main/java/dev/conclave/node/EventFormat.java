package dev.conclave.node;

/** How a peer writes its events on standard output. */
enum EventFormat {
    /** One JSON object per line. */
    json,
    /** One line for people. */
    text
}

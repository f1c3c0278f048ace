package dev.conclave.examples.orders;

/** Marks the messages that travel between nodes; application.conf binds a serializer to it. */
interface CborSerializable {}

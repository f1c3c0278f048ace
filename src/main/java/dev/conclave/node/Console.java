package dev.conclave.node;

import java.io.InputStream;
import java.io.PrintStream;

/**
 * Where a command reads and writes.
 *
 * @param out for results and events, and nothing else
 * @param err for people
 */
record Console(InputStream in, PrintStream out, PrintStream err) {}

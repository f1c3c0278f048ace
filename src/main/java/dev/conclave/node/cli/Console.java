package dev.conclave.node.cli;

import java.io.InputStream;
import java.io.PrintStream;

/**
 * The standard streams that a command uses.
 *
 * @param out for results and events only
 * @param err for messages to people
 */
public record Console(InputStream in, PrintStream out, PrintStream err) {}

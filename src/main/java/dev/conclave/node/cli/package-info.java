/**
 * The parts that the commands of the runnable node share: options, errors, the terminal, texts of events.
 *
 * <p><b>Stability: internal.</b>
 */
@NullMarked
package dev.conclave.node.cli;

import org.jspecify.annotations.NullMarked;

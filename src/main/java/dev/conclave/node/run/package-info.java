/**
 * The command {@code run}: one peer as a process.
 *
 * <p><b>Stability: internal.</b>
 */
@NullMarked
package dev.conclave.node.run;

import org.jspecify.annotations.NullMarked;

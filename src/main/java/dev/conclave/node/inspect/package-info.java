/**
 * The command {@code inspect}: what a data directory holds.
 *
 * <p><b>Stability: internal.</b>
 */
@NullMarked
package dev.conclave.node.inspect;

import org.jspecify.annotations.NullMarked;

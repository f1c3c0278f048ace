/**
 * Warms up a process by simulating fail-overs in memory and on loopback, so that the first real one runs with warm code.
 *
 * <p><b>Stability: internal.</b>
 */
@NullMarked
package dev.conclave.internal.warmup;

import org.jspecify.annotations.NullMarked;

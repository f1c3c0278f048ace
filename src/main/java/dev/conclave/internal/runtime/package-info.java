/**
 * Clocks, timers and the supervision of actors, which everything above shares.
 *
 * <p><b>Stability: internal.</b>
 */
@NullMarked
package dev.conclave.internal.runtime;

import org.jspecify.annotations.NullMarked;

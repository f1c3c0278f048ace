/**
 * Proof that a process has ended (R10): connections that a running node never closes, and the conclusions from their end.
 *
 * <p>Start at {@link dev.conclave.lifeline.Lifeline}; {@link dev.conclave.lifeline.LifeWatch} decides what counts as a proof. This
 * package does not know elections.
 *
 * <p><b>Stability: internal.</b>
 */
@NullMarked
package dev.conclave.lifeline;

import org.jspecify.annotations.NullMarked;

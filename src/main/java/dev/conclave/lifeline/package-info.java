/**
 * Proof that a process has ended (R10): <em>lifelines</em>, connections that a running node never closes, and the conclusions
 * from their end. Beside each lifeline goes an <em>express lane</em>, a second connection for the few urgent messages of a
 * change of leader: it bypasses the queues of Akka's remoting, over which the same messages travel too.
 *
 * <p>Start at {@link dev.conclave.lifeline.Lifeline}; {@link dev.conclave.lifeline.LifeWatch} decides what counts as a proof. This
 * package does not know elections.
 *
 * <p><b>Stability: internal.</b>
 */
@NullMarked
package dev.conclave.lifeline;

import org.jspecify.annotations.NullMarked;

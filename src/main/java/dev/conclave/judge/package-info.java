/**
 * Judges what peers say of themselves: whether S1 to S4 held, and how long nobody led (L1, L2). One judge for events of
 * real processes, read from their files, and of simulated ones, handed over as values.
 *
 * <p>Start at {@link dev.conclave.judge.Judge}. It stands outside the peers and believes none of them more than another.
 *
 * <p><b>Stability: internal.</b>
 */
@NullMarked
package dev.conclave.judge;

import org.jspecify.annotations.NullMarked;

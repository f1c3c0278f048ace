/**
 * Checks the events of peers: whether S1 to S4 held, and how long there was no leader (L1, L2). The same judge checks events of
 * real processes, read from files, and of simulated ones, passed as values.
 *
 * <p>Start at {@link dev.conclave.judge.Judge}. It is independent of the peers and treats them all alike.
 *
 * <p><b>Stability: internal.</b>
 */
@NullMarked
package dev.conclave.judge;

import org.jspecify.annotations.NullMarked;

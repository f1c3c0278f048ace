/**
 * What a peer must find again after a crash, and how it gets to the disk before anybody hears of it (R3, R6, R15).
 *
 * <p>Start at {@link dev.conclave.store.BallotStore}, which says what is promised; {@link
 * dev.conclave.store.FileBallotStore} keeps the promise on a disk. This package decides nothing about elections.
 *
 * <p><b>Stability: internal.</b>
 */
@NullMarked
package dev.conclave.store;

import org.jspecify.annotations.NullMarked;

/**
 * Durable state of a node: what must survive a crash, and be on disk before any other node learns of it (R3, R6, E1, E6).
 *
 * <p>Start at {@link dev.conclave.store.NodeStore}, which defines the guarantees; {@link dev.conclave.store.FileNodeStore}
 * implements them on a disk. This package makes no decisions about elections.
 *
 * <p><b>Stability: internal.</b>
 */
@NullMarked
package dev.conclave.store;

import org.jspecify.annotations.NullMarked;

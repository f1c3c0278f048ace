/**
 * The drivers of the protocol: typed actors that translate messages to inputs and carry out effects, the remote endpoint of a
 * node, and the wire format. All decisions are in {@link dev.conclave.core}.
 *
 * <p><b>Stability: internal.</b>
 */
@NullMarked
package dev.conclave.actor;

import org.jspecify.annotations.NullMarked;

/**
 * One peer of one election: {@link dev.conclave.core.peer.Peer#step} is the protocol.
 *
 * <p>Start at {@link dev.conclave.core.peer.Role}, whose comment is the transition table. {@code docs/protocol.md} explains the
 * rules R1 to R14 and E1 to E11 that code and tests cite.
 *
 * <p><b>Stability: internal.</b>
 */
@NullMarked
package dev.conclave.core.peer;

import org.jspecify.annotations.NullMarked;

/**
 * The actor of one peer: translates messages to inputs of {@link dev.conclave.core.peer.Peer} and carries out its effects. Start at
 * {@link PeerActor}. It sends through {@link PeerEnvironment} and does not import the node.
 *
 * <p><b>Stability: internal.</b>
 */
@NullMarked
package dev.conclave.internal.peer;

import org.jspecify.annotations.NullMarked;

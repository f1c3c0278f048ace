/**
 * The actor of one node, its only remote endpoint: receives frames, starts the peers of its elections, and gathers what they
 * send. Start at {@link NodeActor}.
 *
 * <p><b>Stability: internal.</b>
 */
@NullMarked
package dev.conclave.internal.node;

import org.jspecify.annotations.NullMarked;

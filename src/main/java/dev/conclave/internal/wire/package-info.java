/**
 * The format of the messages between nodes, and the remote endpoints that they are sent to. Imports no other room of the node.
 *
 * <p><b>Stability: internal.</b>
 */
@NullMarked
package dev.conclave.internal.wire;

import org.jspecify.annotations.NullMarked;

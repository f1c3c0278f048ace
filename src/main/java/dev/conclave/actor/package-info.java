/**
 * How the world feeds the protocol and how its effects are carried out: typed actors that only translate, the one remote
 * endpoint of a node, and the wire. What decides is in {@link dev.conclave.core}.
 *
 * <p><b>Stability: internal.</b>
 */
@NullMarked
package dev.conclave.actor;

import org.jspecify.annotations.NullMarked;

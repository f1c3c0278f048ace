/**
 * The protocol as pure functions: from a state and an input to the next state and an ordered list of effects. Without a clock,
 * randomness, input or output; the driver supplies those.
 *
 * <p>Start at {@link dev.conclave.core.Role}, whose comment is the transition table. {@code docs/protocol.md} explains the rules
 * R1 to R15 that code and tests cite.
 *
 * <p><b>Stability: internal.</b>
 */
@NullMarked
package dev.conclave.core;

import org.jspecify.annotations.NullMarked;

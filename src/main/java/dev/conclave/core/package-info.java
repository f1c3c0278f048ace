/**
 * The protocol, and nothing else: pure functions from a state and an input to the next state and an ordered list of
 * effects. No clock, no randomness, no input or output; whoever drives it brings those.
 *
 * <p>Start at {@link dev.conclave.core.Role}, whose comment is the transition table. The rules R1 to R15 that code and
 * tests cite are told, with the stories why, in {@code docs/protocol.md}.
 *
 * <p><b>Stability: internal.</b>
 */
@NullMarked
package dev.conclave.core;

import org.jspecify.annotations.NullMarked;

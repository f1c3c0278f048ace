/**
 * The protocol as pure functions: from a state and an input to the next state and an ordered list of effects. Without a clock,
 * randomness, input or output; the driver supplies those ({@code docs/driver.md}).
 *
 * <p>This package holds the values that both functions use: names, ballots, settings, quorums. {@link dev.conclave.core.peer} is
 * one peer of one election, {@link dev.conclave.core.node} is what one node decides for all its elections.
 *
 * <p><b>Stability: internal.</b> Only {@link dev.conclave.core.PeerId} is shown by public signatures.
 */
@NullMarked
package dev.conclave.core;

import org.jspecify.annotations.NullMarked;

/**
 * The runnable peer and the demo. Not in the library jar.
 *
 * <p>{@code run} runs one peer; {@code demo} starts several, kills leaders, and checks their events.
 *
 * <p><b>Stability: internal.</b>
 */
@NullMarked
package dev.conclave.node;

import org.jspecify.annotations.NullMarked;

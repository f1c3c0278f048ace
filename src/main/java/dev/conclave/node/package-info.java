/**
 * The runnable peer and the demo. Not in the library jar.
 *
 * <p>{@code run} is one peer; {@code demo} starts several, kills leaders, and judges what they say.
 *
 * <p><b>Stability: internal.</b>
 */
@NullMarked
package dev.conclave.node;

import org.jspecify.annotations.NullMarked;

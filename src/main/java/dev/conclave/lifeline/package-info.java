/**
 * Who is proven gone (R10): connections that a living node never ends, and what it means when one has ended.
 *
 * <p>Start at {@link dev.conclave.lifeline.Lifeline}; {@link dev.conclave.lifeline.Watch} decides what is a proof and what
 * is not. This package knows nothing of elections.
 *
 * <p><b>Stability: internal.</b>
 */
@NullMarked
package dev.conclave.lifeline;

import org.jspecify.annotations.NullMarked;

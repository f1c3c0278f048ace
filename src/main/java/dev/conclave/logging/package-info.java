/**
 * Lines of the log, written by a thread of their own, so that no thread of the protocol ever waits for an appender.
 *
 * <p><b>Stability: internal.</b>
 */
@NullMarked
package dev.conclave.logging;

import org.jspecify.annotations.NullMarked;

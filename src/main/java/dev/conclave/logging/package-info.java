/**
 * Asynchronous logging: a separate thread writes log lines, so that elections never wait for an appender.
 *
 * <p><b>Stability: internal.</b>
 */
@NullMarked
package dev.conclave.logging;

import org.jspecify.annotations.NullMarked;

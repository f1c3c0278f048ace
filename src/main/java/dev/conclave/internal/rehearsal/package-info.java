/**
 * Fail-overs that are rehearsed in memory and on loopback, so that the first real one runs with warm code.
 *
 * <p><b>Stability: internal.</b>
 */
@NullMarked
package dev.conclave.internal.rehearsal;

import org.jspecify.annotations.NullMarked;

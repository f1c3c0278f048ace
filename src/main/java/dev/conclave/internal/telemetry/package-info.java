/**
 * The events and counts of a node, for meters and JMX.
 *
 * <p><b>Stability: internal.</b>
 */
@NullMarked
package dev.conclave.internal.telemetry;

import org.jspecify.annotations.NullMarked;

/**
 * What a node does, as meters of Micrometer. Needs {@code io.micrometer:micrometer-core}, which Conclave does not bring along.
 * {@code docs/operations.md} lists every meter.
 *
 * <p><b>Stability: may change.</b> Names and tags of meters are part of it.
 */
@NullMarked
package dev.conclave.metrics;

import org.jspecify.annotations.NullMarked;

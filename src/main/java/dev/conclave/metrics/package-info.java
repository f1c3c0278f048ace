/**
 * Metrics of a node for Micrometer. Needs {@code io.micrometer:micrometer-core}, which is not a dependency of Conclave. {@code
 * docs/operations.md} lists every meter.
 *
 * <p><b>Stability: may change.</b> That includes the names and tags of meters.
 */
@NullMarked
package dev.conclave.metrics;

import org.jspecify.annotations.NullMarked;

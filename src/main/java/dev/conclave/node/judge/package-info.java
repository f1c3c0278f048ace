/**
 * The command {@code judge}: verdicts over event logs, and a picture of their leaderships.
 *
 * <p><b>Stability: internal.</b>
 */
@NullMarked
package dev.conclave.node.judge;

import org.jspecify.annotations.NullMarked;

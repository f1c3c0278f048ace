/**
 * The decisions of one node for all its elections: which frames it accepts from which lives of other nodes (R13), which
 * configuration it obeys (E4), and whether it takes part with the data directory that it has (E8). {@link dev.conclave.core.node.Node#step} makes one step.
 *
 * <p><b>Stability: internal.</b>
 */
@NullMarked
package dev.conclave.core.node;

import org.jspecify.annotations.NullMarked;

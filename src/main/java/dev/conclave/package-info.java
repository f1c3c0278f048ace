/**
 * What an application imports: {@link dev.conclave.Conclave} gives an {@link dev.conclave.Election}, which tells who leads,
 * hands out the fencing token, and lets this node stand.
 */
@NullMarked
package dev.conclave;

import org.jspecify.annotations.NullMarked;

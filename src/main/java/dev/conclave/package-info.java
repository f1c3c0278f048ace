/**
 * What an application imports: {@link dev.conclave.Conclave} gives an {@link dev.conclave.Election}, which tells who leads,
 * hands out the fencing token, and lets this node stand.
 *
 * <p><b>Stability: stable.</b> From 1.0 on, what is listed in {@code docs/api.txt} changes only with a major version.
 */
@NullMarked
package dev.conclave;

import org.jspecify.annotations.NullMarked;

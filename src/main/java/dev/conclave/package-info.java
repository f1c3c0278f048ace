/**
 * The public API: {@link dev.conclave.Conclave#join} returns an {@link dev.conclave.Election}, which shows the leader, provides
 * the fencing token, and lets this node become a candidate.
 *
 * <p><b>Stability: stable.</b> From 1.0 on, what is listed in {@code docs/api.txt} changes only with a major version.
 */
@NullMarked
package dev.conclave;

import org.jspecify.annotations.NullMarked;

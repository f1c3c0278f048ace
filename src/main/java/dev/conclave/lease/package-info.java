/**
 * Akka's {@link akka.coordination.lease.javadsl.Lease} without an outside store: each lease is an election of its own, and who
 * leads it holds the lease. Named in a configuration as {@code conclave.lease}.
 *
 * <p><b>Stability: may change.</b> What Akka's Lease asks for does not.
 */
@NullMarked
package dev.conclave.lease;

import org.jspecify.annotations.NullMarked;

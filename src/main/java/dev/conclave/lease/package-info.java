/**
 * Akka's {@link akka.coordination.lease.javadsl.Lease} without an outside store: each lease is an election of its own, and its
 * leader holds the lease. Its name in Akka's configuration is {@code conclave.lease}.
 *
 * <p><b>Stability: may change.</b> The methods of Akka's Lease do not.
 */
@NullMarked
package dev.conclave.lease;

import org.jspecify.annotations.NullMarked;

/**
 * Conclave's HTTP routes in Akka Management. Needs {@code akka-management} and {@code akka-http}, which Conclave does not bring
 * along.
 *
 * <p><b>Stability: may change.</b>
 */
@NullMarked
package dev.conclave.management;

import org.jspecify.annotations.NullMarked;

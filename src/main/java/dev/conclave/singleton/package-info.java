/**
 * An actor of which one instance runs, on the node that leads an election: {@link dev.conclave.singleton.ElectedSingleton}
 * stands where Akka's {@code ClusterSingleton} stood.
 *
 * <p><b>Stability: may change.</b> Listed in {@code docs/api.txt}; CHANGELOG.md says what changed.
 */
@NullMarked
package dev.conclave.singleton;

import org.jspecify.annotations.NullMarked;

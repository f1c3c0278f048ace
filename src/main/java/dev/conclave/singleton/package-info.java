/**
 * Singleton actors: one instance, on the node that leads an election. {@link dev.conclave.singleton.ElectedSingleton} replaces
 * Akka's {@code ClusterSingleton}.
 *
 * <p><b>Stability: may change.</b> Listed in {@code docs/api.txt}; CHANGELOG.md says what changed.
 */
@NullMarked
package dev.conclave.singleton;

import org.jspecify.annotations.NullMarked;

/**
 * Faults that only real processes have: peers as JVMs of their own, killed, frozen, cut off from each other, and judged by
 * the events that they wrote.
 *
 * <p>A test is a list of actions, {@code cluster(3).start(); awaitLeader(); kill(leader)}; {@link
 * dev.conclave.cluster.trial.Trial} keeps its logs and calls the judge when it ends.
 */
@NullMarked
package dev.conclave.cluster;

import org.jspecify.annotations.NullMarked;

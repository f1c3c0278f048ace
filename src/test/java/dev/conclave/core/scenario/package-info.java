/**
 * Scripted runs of a few peers in a little network, as text that a person can follow: {@code
 * src/test/resources/scenarios}. The peers are the production ones; network, disks, users and time are played.
 */
@NullMarked
package dev.conclave.core.scenario;

import org.jspecify.annotations.NullMarked;

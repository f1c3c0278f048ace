/**
 * The world around the production core: peers, disks, clocks and messages in flight, moved by {@link Choice}s; and
 * the {@link Oracle} that judges every step.
 */
@NullMarked
package dev.conclave.explore.world;

import org.jspecify.annotations.NullMarked;

/**
 * Proof by exploration: a world around the production core, an oracle that judges every step, and explorers that go through
 * the world's choices: at random, completely, or as told.
 */
@NullMarked
package dev.conclave.explore;

import org.jspecify.annotations.NullMarked;

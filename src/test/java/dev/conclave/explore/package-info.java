/**
 * Proof by exploration: a world around the production core, an oracle that judges every step, and explorers that go through
 * the world's choices. {@code world} knows no explorer; {@code simulation} chooses at random, {@code search} completely or as a
 * test says; {@code mutants} and {@code nacos} show that both find faults.
 */
@NullMarked
package dev.conclave.explore;

import org.jspecify.annotations.NullMarked;

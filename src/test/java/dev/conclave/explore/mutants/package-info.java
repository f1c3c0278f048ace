/**
 * Deliberate faults around the production core, each of which an explorer, a scripted run or a test of a rule must find. Start
 * at {@link Mutant}.
 */
@NullMarked
package dev.conclave.explore.mutants;

import org.jspecify.annotations.NullMarked;

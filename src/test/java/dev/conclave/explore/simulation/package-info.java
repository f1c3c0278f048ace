/** Random runs: every event and its time come from one seed. Start at {@link Simulation}.
 */
@NullMarked
package dev.conclave.explore.simulation;

import org.jspecify.annotations.NullMarked;

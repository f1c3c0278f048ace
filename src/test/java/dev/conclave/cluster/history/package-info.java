/** Histories of how processes used the register of an election, and their judge. Start at Linearizability. */
@NullMarked
package dev.conclave.cluster.history;

import org.jspecify.annotations.NullMarked;

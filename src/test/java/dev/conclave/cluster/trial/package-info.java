/** The frame of a trial: the processes of its peers, their lives, and what their events must satisfy. */
@NullMarked
package dev.conclave.cluster.trial;

import org.jspecify.annotations.NullMarked;

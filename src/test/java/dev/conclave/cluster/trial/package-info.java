/** A trial: the processes of its peers, their lives, and the properties that their events must satisfy. */
@NullMarked
package dev.conclave.cluster.trial;

import org.jspecify.annotations.NullMarked;

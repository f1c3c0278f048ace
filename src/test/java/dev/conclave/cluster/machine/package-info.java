/** Programs, networks, clocks and certificates of the machine for the processes of a trial; and which tests need them. */
@NullMarked
package dev.conclave.cluster.machine;

import org.jspecify.annotations.NullMarked;

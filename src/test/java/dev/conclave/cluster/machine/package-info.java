/** What the machine offers to the processes of a trial: programs, networks, clocks, certificates; and which tests need what. */
@NullMarked
package dev.conclave.cluster.machine;

import org.jspecify.annotations.NullMarked;

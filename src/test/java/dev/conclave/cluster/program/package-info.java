/** Programs that embed Conclave, run as the peers of a trial, and what they write to. */
@NullMarked
package dev.conclave.cluster.program;

import org.jspecify.annotations.NullMarked;

/** Relays between the peers of a trial, which cut, delay and break connections. */
@NullMarked
package dev.conclave.cluster.relay;

import org.jspecify.annotations.NullMarked;

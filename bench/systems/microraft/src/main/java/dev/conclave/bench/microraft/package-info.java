/** A member of a MicroRaft group, with the parts that MicroRaft leaves to its user: a network and the bytes on it. */
package dev.conclave.bench.microraft;

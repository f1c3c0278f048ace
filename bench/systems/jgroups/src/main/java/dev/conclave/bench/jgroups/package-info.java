/** A member of a jgroups-raft cluster. */
package dev.conclave.bench.jgroups;

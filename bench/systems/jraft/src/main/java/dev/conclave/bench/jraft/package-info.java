/** A member of a SOFAJRaft group. */
package dev.conclave.bench.jraft;

/** A member of an Apache Ratis group. */
package dev.conclave.bench.ratis;

/** Three peers that start cold with many elections: how soon all are led, and whether they stay so. */
package dev.conclave.bench.many;

/** The Cluster Singleton, a bare cluster node, and a look into a running Conclave node. */
package dev.conclave.bench.akka;

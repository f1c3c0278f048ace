/**
 * An order service on an Akka cluster, to copy from. {@link dev.conclave.examples.orders.Node} wires the parts:
 * {@link dev.conclave.examples.orders.Order} is sharded, {@link dev.conclave.examples.orders.Dispatcher} is the elected
 * singleton, {@link dev.conclave.examples.orders.Worker} runs on each node, and {@link dev.conclave.examples.orders.Database}
 * holds the fence.
 */
package dev.conclave.examples.orders;

/**
 * The long run of {@code examples/orders}: its processes are killed, frozen, cut off from each other and restarted, and the
 * orders that were lost or booked twice are counted. Start at {@link dev.conclave.cluster.orders.OrdersIT}.
 */
@NullMarked
package dev.conclave.cluster.orders;

import org.jspecify.annotations.NullMarked;

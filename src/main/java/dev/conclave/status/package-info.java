/**
 * The state of a node and of its elections as values, with their JSON form: JMX, health checks, HTTP, the page and the command
 * line show these values and no others.
 *
 * <p>{@link dev.conclave.status.NodeStatus} describes the node, {@link dev.conclave.status.ElectionStatusPage} and {@link
 * dev.conclave.status.ElectionDetails} its elections, {@link dev.conclave.status.Change} what happened; {@link
 * dev.conclave.status.StatusJson} reads and writes them.
 *
 * <p><b>Stability: may change.</b> A later version may add components and fields; {@link
 * dev.conclave.status.NodeStatus#FORMAT_VERSION} grows only if one changes its meaning or goes away.
 */
@NullMarked
package dev.conclave.status;

import org.jspecify.annotations.NullMarked;

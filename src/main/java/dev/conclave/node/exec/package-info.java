/**
 * The command {@code exec}: a program that is not written in Java runs while this peer leads.
 *
 * <p>The command is a process group of its own, and three processes can end it: the peer, the {@link
 * dev.conclave.node.exec.Watchdog}, and a {@link dev.conclave.node.exec.GroupKiller} of either. Each of them ends it when another
 * one is gone, so the command outlives its lease only if peer and watchdog are both frozen.
 *
 * <p><b>Stability: internal.</b>
 */
@NullMarked
package dev.conclave.node.exec;

import org.jspecify.annotations.NullMarked;

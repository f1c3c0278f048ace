/**
 * Explorers of the electorate: nodes with the production {@link dev.conclave.core.electorate.Electorate} and the production {@link
 * dev.conclave.core.peer.Peer} of one election, while voters and times change, disks are slow, processes end, and directories are
 * lost. Greetings are left out: a message is for one life of its receiver, from the life of the sender that the receiver has met.
 */
@NullMarked
package dev.conclave.explore.electorate;

import org.jspecify.annotations.NullMarked;

package dev.conclave.internal.wire;

import dev.conclave.core.ElectionName;
import dev.conclave.core.peer.Message;

/**
 * A message of one election.
 *
 * @param election the election
 * @param message the message
 */
public record Envelope(ElectionName election, Message message) {}

package dev.conclave.internal.wire;

import dev.conclave.core.ElectionName;
import dev.conclave.core.peer.Message;

/**
 * A message of one election.
 *
 * @param election the election
 * @param configuration the number of the configuration under which it was made (E3)
 * @param message the message
 */
public record Envelope(ElectionName election, int configuration, Message message) {}

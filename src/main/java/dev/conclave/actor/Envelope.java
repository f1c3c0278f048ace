package dev.conclave.actor;

import dev.conclave.core.ElectionName;
import dev.conclave.core.Message;

/**
 * A message of one election.
 *
 * @param election the election
 * @param message the message
 */
record Envelope(ElectionName election, Message message) {}

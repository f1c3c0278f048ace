package dev.conclave.actor;

import dev.conclave.core.ElectionName;
import dev.conclave.core.Message;

/**
 * What is said in one election.
 *
 * @param election whose peers it is for
 * @param message what is said
 */
record Envelope(ElectionName election, Message message) {}

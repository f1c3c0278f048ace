package dev.conclave.internal.wire;

import akka.actor.NoSerializationVerificationNeeded;

/** A message to the actor of a node. Only a {@link Frame} comes from another node. */
public interface NodeMessage extends NoSerializationVerificationNeeded {}

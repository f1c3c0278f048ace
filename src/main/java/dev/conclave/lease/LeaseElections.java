package dev.conclave.lease;

import akka.actor.typed.ActorSystem;
import dev.conclave.Conclave;
import dev.conclave.Election;
import dev.conclave.actor.OwnElections;

/** How leases reach their elections, whose names {@link Conclave#join} refuses. */
final class LeaseElections {

    private LeaseElections() {}

    /**
     * Those of a system.
     *
     * @throws IllegalStateException if {@code conclave.voters} is not set, or a test has put a {@link Conclave} of its own in
     *     the place of the real one
     */
    @SuppressWarnings("unchecked") // The one implementation for each Conclave has elections of this type.
    static OwnElections<Election> of(ActorSystem<?> system) {
        if (Conclave.get(system) instanceof OwnElections<?> own) {
            return (OwnElections<Election>) own;
        }
        throw new IllegalStateException(
                "leases need the real Conclave or that of ConclaveTestKit, and this system has another");
    }
}

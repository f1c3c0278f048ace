package dev.conclave;

import akka.actor.setup.ActorSystemSetup;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.ExtensionSetup;
import java.util.function.Function;

/**
 * Replaces {@link Conclave} by another implementation, for tests of code that uses it: pass this setup to an actor system in an
 * {@link ActorSystemSetup}.
 */
public final class ConclaveSetup extends ExtensionSetup<Conclave> {

    /**
     * Creates a setup with a factory of the other implementation.
     *
     * @param create creates the implementation; called once, when the actor system starts
     */
    public ConclaveSetup(Function<ActorSystem<?>, Conclave> create) {
        super(Conclave.Id.INSTANCE, create);
    }
}

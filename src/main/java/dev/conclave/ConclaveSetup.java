package dev.conclave;

import akka.actor.setup.ActorSystemSetup;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.ExtensionSetup;
import java.util.function.Function;

/**
 * Puts another {@link Conclave} in the place of the real one, for tests of what is built on it: pass it to an actor system in
 * an {@link ActorSystemSetup}.
 */
public final class ConclaveSetup extends ExtensionSetup<Conclave> {

    /**
     * With what makes the other one.
     *
     * @param create is called once, when the actor system starts
     */
    public ConclaveSetup(Function<ActorSystem<?>, Conclave> create) {
        super(Conclave.Id.INSTANCE, create);
    }
}

package dev.conclave.singleton;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.ExtensionSetup;
import java.util.function.Function;

/**
 * Replaces {@link ElectedSingleton} by another implementation, for tests of code that sends to a singleton: pass this setup to an
 * actor system in an {@link akka.actor.setup.ActorSystemSetup}. To test how the elected actor itself starts and stops, script the
 * election with {@code dev.conclave.testkit} instead.
 */
public final class ElectedSingletonSetup extends ExtensionSetup<ElectedSingleton> {

    /**
     * Creates a setup with a factory of the other implementation.
     *
     * @param create creates the implementation for the actor system
     */
    public ElectedSingletonSetup(Function<ActorSystem<?>, ElectedSingleton> create) {
        super(ElectedSingleton.Id.INSTANCE, create);
    }
}

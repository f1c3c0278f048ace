package dev.conclave.singleton;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.ExtensionSetup;
import java.util.function.Function;

/**
 * Puts another {@link ElectedSingleton} in the place of the real one, for tests of what sends to it: pass it to an actor
 * system in an {@link akka.actor.setup.ActorSystemSetup}. To test what the elected actor itself does when it is started and
 * stopped, script the election with {@code dev.conclave.testkit} instead.
 */
public final class ElectedSingletonSetup extends ExtensionSetup<ElectedSingleton> {

    /**
     * With what makes the other one.
     *
     * @param create makes it for the actor system
     */
    public ElectedSingletonSetup(Function<ActorSystem<?>, ElectedSingleton> create) {
        super(ElectedSingleton.Id.INSTANCE, create);
    }
}

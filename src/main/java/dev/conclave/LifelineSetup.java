package dev.conclave;

import akka.actor.setup.Setup;
import dev.conclave.lifeline.LifelineThread;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Gives an actor system's lifeline a thread that was started before, for a process that prepares one first thing in its
 * {@code main}. Passed in an {@link akka.actor.setup.ActorSystemSetup}, to one actor system only. Applications need none.
 */
public final class LifelineSetup extends Setup {

    private final AtomicReference<LifelineThread> thread;

    /**
     * With a thread of its own.
     *
     * @param thread one that serves no lifeline yet
     */
    public LifelineSetup(LifelineThread thread) {
        this.thread = new AtomicReference<>(thread);
    }

    LifelineThread take() {
        LifelineThread taken = thread.getAndSet(null);
        if (taken == null) {
            throw new IllegalStateException(
                    "this LifelineSetup was already used by an actor system; create one for each");
        }
        return taken;
    }
}

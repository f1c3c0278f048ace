package dev.conclave;

import akka.actor.setup.Setup;
import dev.conclave.lifeline.LifelineThread;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Gives the lifeline of an actor system a thread that the process started at the beginning of its {@code main}. Passed in an
 * {@link akka.actor.setup.ActorSystemSetup}, to one actor system only. Applications do not need it.
 */
public final class LifelineSetup extends Setup {

    private final AtomicReference<LifelineThread> thread;

    /**
     * A setup with this thread.
     *
     * @param thread a thread that does not serve a lifeline yet
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

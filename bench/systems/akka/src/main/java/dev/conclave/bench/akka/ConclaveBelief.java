package dev.conclave.bench.akka;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.Extension;
import akka.actor.typed.ExtensionId;
import dev.conclave.Conclave;
import dev.conclave.Election;
import dev.conclave.bench.peer.Announcer;
import dev.conclave.bench.peer.Belief;

/**
 * Loaded by the settings of a Conclave node that otherwise runs as it ships: asks {@code leadership().isPresent()} again and
 * again, as an application would, and tells what it answered after the process had been stopped.
 */
public final class ConclaveBelief implements Extension {

    private static final String ELECTION = "default";
    private static final long FIRST_LOOK_MILLIS = 1_500;

    private ConclaveBelief(ActorSystem<?> system) {
        Announcer announcer = Announcer.onStandardOutput();
        Thread thread = new Thread(() -> watch(system, announcer), "bench-join");
        thread.setDaemon(true);
        thread.start();
    }

    /** Once the node itself runs, so that this costs its start nothing. */
    private static void watch(ActorSystem<?> system, Announcer announcer) {
        try {
            Thread.sleep(FIRST_LOOK_MILLIS);
        } catch (InterruptedException e) {
            return;
        }
        Election election = Conclave.get(system).join(ELECTION);
        Belief.watch(() -> election.leadership().isPresent(), announcer);
    }

    /** How Akka finds it. */
    public static final class Id extends ExtensionId<ConclaveBelief> {
        private static final Id INSTANCE = new Id();

        private Id() {}

        /** The one. */
        public static Id getInstance() {
            return INSTANCE;
        }

        @Override
        public ConclaveBelief createExtension(ActorSystem<?> system) {
            return new ConclaveBelief(system);
        }
    }
}

package dev.conclave.artery;

import akka.actor.SuppressedDeadLetter;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Extension;
import akka.actor.typed.ExtensionId;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * An extension that is loaded before Conclave and delays it, once remoting is up, until a number of frames have arrived
 * without an endpoint: an artificially slow start.
 */
public final class LateEndpoint implements Extension {

    /** The setting with the number of frames. */
    public static final String FRAMES = "test.frames-before-the-endpoint";

    /** The settings of a node that starts so, as system properties or a properties file has them. */
    public static String settings(int frames) {
        return """
            akka.actor.typed.library-extensions.0 = "dev.conclave.artery.LateEndpoint$Id"
            akka.actor.typed.library-extensions.1 = "dev.conclave.Conclave$Id"
            """ + FRAMES + " = " + frames + "\n";
    }

    private LateEndpoint() {}

    private static void awaitFrames(ActorSystem<?> system, int frames) {
        CountDownLatch missing = new CountDownLatch(frames);
        ActorRef<SuppressedDeadLetter> ear = system.systemActorOf(
                Behaviors.receiveMessage(lost -> {
                    if (lost.message().getClass().getName().equals("dev.conclave.internal.wire.Frame")) {
                        missing.countDown();
                    }
                    return Behaviors.same();
                }),
                "ear",
                Props.empty());
        var events = Adapter.toClassic(system).eventStream();
        events.subscribe(Adapter.toClassic(ear), SuppressedDeadLetter.class);
        try {
            if (!missing.await(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("no frames came");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        events.unsubscribe(Adapter.toClassic(ear));
    }

    /** The id by which Akka finds the extension. */
    public static final class Id extends ExtensionId<LateEndpoint> {

        private static final Id INSTANCE = new Id();

        private Id() {}

        /** Akka calls this method by its name. */
        public static Id getInstance() {
            return INSTANCE;
        }

        @Override
        public LateEndpoint createExtension(ActorSystem<?> system) {
            awaitFrames(system, system.settings().config().getInt(FRAMES));
            return new LateEndpoint();
        }
    }
}

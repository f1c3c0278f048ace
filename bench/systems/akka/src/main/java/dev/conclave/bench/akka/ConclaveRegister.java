package dev.conclave.bench.akka;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Extension;
import akka.actor.typed.ExtensionId;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Behaviors;
import akka.util.ByteString;
import dev.conclave.Conclave;
import dev.conclave.Election;
import dev.conclave.ElectionEvent;
import dev.conclave.Leadership;
import dev.conclave.Written;
import dev.conclave.bench.peer.Announcer;
import java.util.Random;

/**
 * Loaded by the settings of a Conclave node that otherwise runs as it ships: sees to it that the register of its election holds a
 * value of {@code bench.register-bytes} bytes, and says at each leadership how many bytes the new leader has found. With 0 bytes the
 * election never gets a register.
 */
public final class ConclaveRegister implements Extension {

    private static final String ELECTION = "default";

    /** Once the node itself runs, so that this costs its start nothing. */
    private static final long JOINS_AFTER_MILLIS = 1_500;

    private ConclaveRegister(ActorSystem<?> system) {
        int bytes = Integer.getInteger("bench.register-bytes", 0);
        Announcer announcer = Announcer.onStandardOutput();
        Thread thread = new Thread(() -> watch(system, bytes, announcer), "bench-join");
        thread.setDaemon(true);
        thread.start();
    }

    private static void watch(ActorSystem<?> system, int bytes, Announcer announcer) {
        try {
            Thread.sleep(JOINS_AFTER_MILLIS);
        } catch (InterruptedException e) {
            return;
        }
        Election election = Conclave.get(system).join(ELECTION);
        ActorRef<ElectionEvent> listener = system.systemActorOf(
                Behaviors.receiveMessage((ElectionEvent event) -> {
                    if (event instanceof ElectionEvent.Elected elected) {
                        elected(election, elected.leadership(), bytes, announcer);
                    }
                    return Behaviors.same();
                }),
                "bench-register",
                Props.empty());
        election.subscribe(listener);
    }

    private static void elected(Election election, Leadership leadership, int bytes, Announcer announcer) {
        int found = leadership.register().value().map(ByteString::size).orElse(0);
        if (found == bytes) {
            say(announcer, found);
            return;
        }
        byte[] value = new byte[bytes];
        new Random(bytes).nextBytes(value);
        var unused = election.register()
                .write(leadership, ByteString.fromArray(value))
                .whenComplete((written, failure) -> say(announcer, written instanceof Written.Done ? bytes : -1));
    }

    private static void say(Announcer announcer, int bytes) {
        announcer.say("\"event\":\"register\",\"bytes\":" + bytes);
    }

    /** How Akka finds it. */
    public static final class Id extends ExtensionId<ConclaveRegister> {
        private static final Id INSTANCE = new Id();

        private Id() {}

        /** The one. */
        public static Id getInstance() {
            return INSTANCE;
        }

        @Override
        public ConclaveRegister createExtension(ActorSystem<?> system) {
            return new ConclaveRegister(system);
        }
    }
}

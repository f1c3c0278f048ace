package dev.conclave.testkit;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import akka.actor.BootstrapSetup;
import akka.actor.setup.ActorSystemSetup;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import dev.conclave.core.PeerId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract of elections, on the kit. */
class KitElectionContractTest extends ElectionContract {

    private static World world;

    @BeforeAll
    static void start() {
        world = new ScriptedWorld();
    }

    @AfterAll
    static void close() {
        world.close();
    }

    @Override
    World world() {
        return world;
    }

    @Override
    World anotherWorld() {
        return new ScriptedWorld();
    }

    private static final class ScriptedWorld implements World {

        private final ConclaveTestKit kit = ConclaveTestKit.create();
        private final ActorSystem<Void> system = ActorSystem.create(
                Behaviors.empty(),
                "test",
                ActorSystemSetup.create(
                        BootstrapSetup.create(ConfigFactory.parseString("akka.loglevel = WARNING")
                                .withFallback(ConfigFactory.load())),
                        kit.setup()));

        @Override
        public ActorSystem<?> system() {
            return system;
        }

        @Override
        public PeerId self() {
            return kit.self();
        }

        @Override
        public PeerId other() {
            return PeerId.parse("10.0.0.2:2551");
        }

        @Override
        public void elect(String election) {
            kit.elect(election);
        }

        @Override
        public void grantLease(String lease) {
            String election = kit.leaseElection(lease);
            await().atMost(30, SECONDS).until(() -> kit.stands(election));
            kit.elect(election);
        }

        @Override
        public void letOtherStand(String election) {
            kit.addCandidate(election, other());
        }

        @Override
        public void close() {
            system.terminate();
            await().atMost(30, SECONDS).until(() -> system.whenTerminated().isCompleted());
        }
    }
}

package dev.conclave.singleton;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.CoordinatedShutdown;
import akka.actor.setup.ActorSystemSetup;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import dev.conclave.Conclave;
import dev.conclave.Election;
import dev.conclave.Leadership;
import dev.conclave.internal.runtime.Watchdog;
import dev.conclave.logging.LogLines;
import dev.conclave.testkit.ConclaveTestKit;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An instance blocks its thread and is stopped hard, at instants that the test chooses (R8). */
class SingletonInstanceTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final ConclaveTestKit conclave = ConclaveTestKit.create();
    private final ActorTestKit actors = ActorTestKit.create(
            ActorSystem.create(Behaviors.empty(), "test", ActorSystemSetup.create(conclave.setup())));
    private final CountDownLatch blocks = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private Election election;
    private Leadership leadership;
    private ActorRef<String> blocked;

    @BeforeEach
    void anInstanceBlocks() throws InterruptedException {
        election = Conclave.get(actors.system()).join("orders");
        election.stand();
        leadership = conclave.elect("orders");
        blocked = actors.spawn(Behaviors.receiveMessage(text -> {
            blocks.countDown();
            release.await();
            return Behaviors.same();
        }));
        blocked.tell("block");
        blocks.await();
    }

    @AfterEach
    void close() {
        release.countDown();
        actors.shutdownTestKit();
    }

    private SingletonInstance<String> instance(WhenStuck whenStuck) {
        return new SingletonInstance<>(
                "orders",
                blocked,
                leadership,
                ElectedSingletonSettings.create(actors.system())
                        .withHardStopTimeout(TIMEOUT)
                        .withWhenStuck(whenStuck),
                election,
                actors.system(),
                new InstanceThreadTracker(),
                Duration.ofMillis(100),
                late -> {});
    }

    private static long after(long instant, Duration length) {
        return instant + length.toNanos();
    }

    @Test
    void anInstanceOnItsWayOutIsCheckedAgainAtTheEndOfItsHardStopTimeout() {
        SingletonInstance<String> instance = instance(WhenStuck.ABANDON);
        long before = System.nanoTime();
        instance.stopHard("the test says so");

        long after = System.nanoTime();

        assertThat(instance.look(after(before, Duration.ofSeconds(4))))
                .isBetween(Duration.ofSeconds(6), Duration.ofSeconds(6).plusNanos(after - before));
    }

    @Test
    void aNodeStaysACandidateWhileTheLeaseOfAStoppedInstanceLasts() {
        SingletonInstance<String> instance = instance(WhenStuck.ABANDON);
        long before = System.nanoTime();
        instance.stopHard("the test says so");

        instance.look(after(before, Duration.ofSeconds(4)));

        assertThat(leadership.holds()).isTrue();
        assertThat(conclave.stands("orders")).isTrue();
    }

    @Test
    void aNodeIsNotACandidateWhileItsInstanceOutlivesTheLease() {
        SingletonInstance<String> instance = instance(WhenStuck.ABANDON);
        long before = System.nanoTime();
        instance.stopHard("the test says so");
        conclave.oversleep("orders");

        instance.look(before);
        assertThat(conclave.stands("orders")).as("in the first moment").isTrue();

        long then = after(System.nanoTime(), Duration.ofMillis(50));
        try (LogLines log = LogLines.of(ElectedSingleton.class.getName())) {
            assertThat(instance.look(then)).isPositive();
            instance.look(then);
            assertThat(log.soFar())
                    .filteredOn(line -> line.contains("still runs although its lease is over"))
                    .hasSize(1);
        }
        assertThat(conclave.stands("orders")).isFalse();
    }

    @Test
    void anInstanceThatIsStuckIsReportedOnceAndItsChecksEnd() {
        SingletonInstance<String> instance = instance(WhenStuck.ABANDON);
        instance.stopHard("the test says so");
        long then = after(System.nanoTime(), TIMEOUT);

        try (LogLines log = LogLines.of(ElectedSingleton.class.getName())) {
            assertThat(instance.look(then)).isEqualTo(Watchdog.NEVER);
            assertThat(log.soFar())
                    .filteredOn(line -> line.contains("could not be stopped"))
                    .singleElement()
                    .asString()
                    .contains("left running");
        }
        assertThat(conclave.stands("orders")).isFalse();
        assertThat(CoordinatedShutdown.get(actors.system()).getShutdownReason()).isEmpty();
    }
}

package dev.conclave.singleton;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import akka.Done;
import akka.actor.BootstrapSetup;
import akka.actor.CoordinatedShutdown;
import akka.actor.DeadLetter;
import akka.actor.setup.ActorSystemSetup;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.MailboxSelector;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Behaviors;
import akka.util.ByteString;
import com.typesafe.config.ConfigFactory;
import dev.conclave.Conclave;
import dev.conclave.Leadership;
import dev.conclave.core.PeerId;
import dev.conclave.internal.node.Telemetry;
import dev.conclave.internal.telemetry.SingletonCounts;
import dev.conclave.internal.telemetry.TelemetryListener;
import dev.conclave.logging.LogLines;
import dev.conclave.singleton.InstanceLedger.Note;
import dev.conclave.testkit.ConclaveTestKit;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Elected singletons on one node, whose election the test controls. */
class ElectedSingletonTest {

    private static final PeerId ELSEWHERE = PeerId.parse("10.0.0.2:2551");

    private final ConclaveTestKit conclave = ConclaveTestKit.create();
    private final InstanceLedger ledger = new InstanceLedger();
    private final ActorTestKit actors = ActorTestKit.create(ActorSystem.create(
            Behaviors.empty(),
            "test",
            ActorSystemSetup.create(
                    BootstrapSetup.create(ConfigFactory.parseString("akka.cluster.roles = [\"writers\"]\n"
                                    // A busy machine may need half of this time for the hard stop.
                                    + "conclave.election-timeout = 90s\nconclave.stop-margin = 38s\n"
                                    + "unbounded-only { type = Dispatcher, mailbox-requirement ="
                                    + " akka.dispatch.UnboundedMessageQueueSemantics }\n"
                                    + "conclave.singleton.restart-delay = 10ms\nakka.log-dead-letters = off")
                            .withFallback(ConfigFactory.load())),
                    conclave.setup())));

    private final ElectedSingletonSettings settings = ElectedSingletonSettings.create(actors.system());

    @AfterEach
    void close() {
        ledger.release.countDown();
        actors.shutdownTestKit();
        assertThat(ledger.violations).isEmpty();
    }

    @Test
    void anInstanceBeginsWithWhatTheRegisterHolds() {
        TestProbe<String> found = TestProbe.create(actors.system());
        ElectedActor<String> progress = ElectedActor.of(
                (leadership, register) -> Behaviors.setup(context -> {
                    found.ref()
                            .tell(register.value().map(ByteString::utf8String).orElse(""));
                    return Behaviors.empty();
                }),
                "progress");
        ElectedSingleton.get(actors.system()).init(progress);
        conclave.registerHolds("progress", ByteString.fromString("step 7"));
        await().until(() -> conclave.stands("progress"));
        conclave.elect("progress");
        found.expectMessage("step 7");
    }

    private ActorRef<Note> init() {
        return init(settings);
    }

    private ActorRef<Note> init(ElectedSingletonSettings with) {
        return ElectedSingleton.get(actors.system())
                .init(ledger.actor("orders", "here").withSettings(with));
    }

    private SingletonCounts counts() {
        return Telemetry.get(actors.system()).singleton("orders");
    }

    private void awaits(String what) {
        await().atMost(30, SECONDS).until(() -> ledger.happened.contains(what));
    }

    private void dismissed() {
        conclave.dismiss("orders", Duration.ofSeconds(30)).toCompletableFuture().join();
    }

    private static void write(ActorRef<Note> orders, int from, int to) {
        for (int number = from; number <= to; number++) {
            orders.tell(new InstanceLedger.Write("" + number));
        }
    }

    @Test
    void theNodeStandsAndRunsTheInstanceWhenItLeadsAndNotBefore() {
        init();
        assertThat(conclave.stands("orders")).isTrue();
        assertThat(ledger.happened).isEmpty();
        Leadership leadership = conclave.elect("orders");
        awaits("start here " + leadership.fencingToken());
    }

    @Test
    void messagesSentWithoutALeaderArriveInOrderWhenTheInstanceRuns() {
        ActorRef<Note> orders = init();
        write(orders, 1, 3);
        conclave.elect("orders");
        write(orders, 4, 5);
        awaits("write 5");
        assertThat(ledger.of("write")).containsExactly("write 1", "write 2", "write 3", "write 4", "write 5");
    }

    @Test
    void r8_theInstanceIsAskedToStopAfterAllItsMessagesAndItsEndIsAnswered() {
        ActorRef<Note> orders = init();
        conclave.elect("orders");
        write(orders, 1, 100);
        awaits("write 1");
        List<String> stopped = new CopyOnWriteArrayList<>();
        TelemetryListener stops = new TelemetryListener() {
            @Override
            public void singletonStopped(String singleton, long tookNanos) {
                stopped.add(singleton
                        + (tookNanos > 0 && tookNanos < Duration.ofMinutes(5).toNanos()));
            }
        };
        Telemetry.get(actors.system()).instruments().fit(stops, Runnable::run);
        dismissed();
        assertThat(stopped).containsExactly("orderstrue");
        assertThat(ledger.happened).endsWith("end here 1");
        assertThat(ledger.running()).isZero();
    }

    @Test
    void anInstanceWithoutAStopMessageEndsAfterItsRemainingMessages() {
        TestProbe<String> seen = actors.createTestProbe();
        ActorRef<String> echo = ElectedSingleton.get(actors.system())
                .init(ElectedActor.<String>of(
                        leadership -> Behaviors.receiveMessage(text -> {
                            seen.getRef().tell(text);
                            return Behaviors.same();
                        }),
                        "echo"));
        conclave.elect("echo");
        echo.tell("first");
        seen.expectMessage("first");
        for (int number = 1; number <= 100; number++) {
            echo.tell("" + number);
        }
        TestProbe<Done> answered = actors.createTestProbe();
        conclave.dismiss("echo", Duration.ofSeconds(30)).thenAccept(answered.getRef()::tell);
        answered.receiveMessage(Duration.ofSeconds(30));
        conclave.elect("echo");
        echo.tell("last");
        List<String> all = seen.receiveSeveralMessages(101, Duration.ofSeconds(30));
        assertThat(all).endsWith("100", "last").doesNotHaveDuplicates();
    }

    @Test
    void messagesToAStoppingInstanceAreKeptForTheNextOne() {
        ActorRef<Note> orders = init();
        conclave.elect("orders");
        orders.tell(new InstanceLedger.BeSlow(200));
        awaits("slow");
        CompletableFuture<Done> over =
                conclave.dismiss("orders", Duration.ofSeconds(30)).toCompletableFuture();
        awaits("asked");
        write(orders, 1, 3);
        over.join();
        assertThat(ledger.of("write")).isEmpty();
        conclave.elect("orders");
        awaits("write 3");
        assertThat(ledger.happened)
                .containsExactly(
                        "start here 1", "slow", "asked", "end here 1", "start here 2", "write 1", "write 2", "write 3");
    }

    @Test
    void theInstanceIsReachedWhenTheSameNodeLeadsAgain() {
        ActorRef<Note> orders = init();
        for (int term = 1; term <= 5; term++) {
            conclave.elect("orders");
            orders.tell(new InstanceLedger.Write("in " + term));
            awaits("write in " + term);
            dismissed();
        }
        assertThat(ledger.of("start")).hasSize(5);
    }

    @Test
    void theInstanceIsStoppedHardWhenItsGraceIsOver() {
        ActorRef<Note> orders = init(settings.withStopGrace(Duration.ofMillis(50)));
        conclave.elect("orders");
        orders.tell(new InstanceLedger.BeSlow(3_600_000));
        awaits("slow");
        dismissed();
        assertThat(ledger.happened).endsWith("asked", "end here 1");
    }

    @Test
    void r8_theInstanceIsStoppedHardBeforeTheLeaseEndsHoweverLongItsGrace() {
        ActorRef<Note> orders = init(settings.withStopGrace(Duration.ofHours(1)));
        conclave.elect("orders");
        orders.tell(new InstanceLedger.BeSlow(3_600_000));
        awaits("slow");
        Leadership leadership =
                Conclave.get(actors.system()).join("orders").leadership().orElseThrow();
        conclave.dismiss("orders", Duration.ofSeconds(20)).toCompletableFuture().join();
        assertThat(leadership.leaseRemaining()).isZero();
        assertThat(ledger.happened).endsWith("end here 1");
        assertThat(ledger.of("late")).isEmpty();
    }

    @Test
    void r8_theInstanceIsStoppedHardAtOnceAfterAPauseBeyondTheLease() {
        ActorRef<Note> orders = init();
        Leadership leadership = conclave.elect("orders");
        orders.tell(new InstanceLedger.BeSlow(3_600_000));
        awaits("slow");
        conclave.oversleep("orders");
        assertThat(leadership.holds()).isFalse();
        conclave.wakeUp("orders");
        awaits("end here 1");
        assertThat(ledger.of("asked")).isEmpty();
    }

    @Test
    void aBlockedInstanceTerminatesTheActorSystem() {
        ActorRef<Note> orders = init(shortOfPatience(WhenStuck.TERMINATE));
        conclave.elect("orders");
        orders.tell(new InstanceLedger.Block());
        await().atMost(30, SECONDS).until(() -> ledger.blocked.get() == 1);
        var over = conclave.dismiss("orders", Duration.ofHours(1)).toCompletableFuture();
        await().atMost(30, SECONDS)
                .until(() -> CoordinatedShutdown.get(actors.system())
                        .getShutdownReason()
                        .isPresent());
        assertThat(over).as("the dismissal of an instance that still runs").isNotDone();
    }

    private ElectedSingletonSettings shortOfPatience(WhenStuck choice) {
        return settings.withStopGrace(Duration.ofMillis(20))
                .withHardStopTimeout(Duration.ofMillis(20))
                .withWhenStuck(choice);
    }

    @Test
    void aBlockedInstanceIsAbandonedOnRequestAndItsNodeStandsAgainAfterItsEnd() {
        ActorRef<Note> orders = init(shortOfPatience(WhenStuck.ABANDON));
        conclave.elect("orders");
        orders.tell(new InstanceLedger.Block());
        await().atMost(30, SECONDS).until(() -> ledger.blocked.get() == 1);
        var over = conclave.dismiss("orders", Duration.ofHours(1)).toCompletableFuture();
        await().atMost(30, SECONDS).until(() -> !conclave.stands("orders"));
        assertThat(over).isNotDone();
        orders.tell(new InstanceLedger.Write("kept"));
        ledger.release.countDown();
        over.join();
        await().atMost(30, SECONDS).until(() -> conclave.stands("orders"));
        conclave.elect("orders");
        awaits("write kept");
        assertThat(CoordinatedShutdown.get(actors.system()).getShutdownReason()).isEmpty();
    }

    @Test
    void r8_anInstanceThatBlocksBeyondItsLeaseHasItsWholeHardStopTimeoutAndTheLogNamesThePlace() {
        ActorRef<Note> orders = init(settings.withHardStopTimeout(Duration.ofHours(1)));
        conclave.elect("orders");
        orders.tell(new InstanceLedger.Block());
        await().atMost(30, SECONDS).until(() -> ledger.blocked.get() == 1);
        try (LogLines log = LogLines.of(ElectedSingleton.class.getName())) {
            conclave.oversleep("orders");
            conclave.wakeUp("orders");
            await().atMost(30, SECONDS).until(() -> log.soFar().stream().anyMatch(ElectedSingletonTest::namesThePlace));
        }
        assertThat(conclave.stands("orders"))
                .as("stands while the old instance runs")
                .isFalse();
        ledger.release.countDown();
        awaits("end here 1");
        await().atMost(30, SECONDS).until(() -> conclave.stands("orders"));
        assertThat(CoordinatedShutdown.get(actors.system()).getShutdownReason()).isEmpty();
    }

    private static boolean namesThePlace(String line) {
        return line.contains("still runs although its lease is over")
                && line.contains("dispatcher")
                && line.contains(InstanceLedger.class.getName());
    }

    @Test
    void anInstanceThatIsStuckIsLoggedWithThePlaceWhereItBlocks() {
        ActorRef<Note> orders = init(shortOfPatience(WhenStuck.ABANDON));
        conclave.elect("orders");
        orders.tell(new InstanceLedger.Block());
        await().atMost(30, SECONDS).until(() -> ledger.blocked.get() == 1);
        try (LogLines log = LogLines.of(ElectedSingleton.class.getName())) {
            conclave.dismiss("orders", Duration.ofHours(1));
            await().atMost(30, SECONDS)
                    .until(() -> log.soFar().stream()
                            .anyMatch(line -> line.contains("hard-stop-timeout")
                                    && line.contains(InstanceLedger.class.getName())));
        }
        assertThat(counts().allStuck()).isEqualTo(1);
    }

    @Test
    void aDispatcherOrAMailboxThatDoesNotExistFailsInInit() {
        assertRefused(DispatcherSelector.fromConfig("no-such-dispatcher"), "dispatcher \"no-such-dispatcher\"");
        assertRefused(MailboxSelector.fromConfig("no-such-mailbox"), "mailbox \"no-such-mailbox\"");
        assertRefused(
                MailboxSelector.bounded(9).withNext(DispatcherSelector.fromConfig("no-such-dispatcher")),
                "dispatcher \"no-such-dispatcher\"");
        assertThat(conclave.stands("orders")).isFalse();
    }

    @Test
    void conclavesOwnDispatchersRunNoInstance() {
        assertRefused(DispatcherSelector.sameAsParent(), "name a dispatcher of the application");
        assertRefused(DispatcherSelector.fromConfig("conclave.dispatcher"), "name a dispatcher of the application");
        assertRefused(
                DispatcherSelector.fromConfig("conclave.singleton.dispatcher"), "name a dispatcher of the application");
    }

    private void assertRefused(Props props, String why) {
        assertThatThrownBy(() -> ElectedSingleton.get(actors.system())
                        .init(ledger.actor("orders", "here").withProps(props)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"orders\"")
                .hasMessageContaining(why);
    }

    @Test
    void aNodeHandsOverAfterThreeFailuresOfItsInstanceInARowAndLogsEach() {
        TestProbe<Long> tried = actors.createTestProbe();
        ElectedSingleton.get(actors.system())
                .init(ElectedActor.<String>of(
                                leadership -> {
                                    tried.getRef().tell(leadership.fencingToken());
                                    throw new IllegalStateException("provoked by the test");
                                },
                                "broken")
                        .withSettings(settings.withRestartDelay(Duration.ZERO)));
        conclave.addCandidate("broken", ELSEWHERE);
        try (LogLines log = LogLines.of(ElectedSingleton.class.getName())) {
            Leadership leadership = conclave.elect("broken");
            assertThat(tried.receiveSeveralMessages(3, Duration.ofSeconds(30))).containsOnly(1L);
            await().atMost(30, SECONDS).until(() -> !leadership.holds());
            assertThat(log.soFar().stream().filter(line -> line.contains("the singleton failed")))
                    .satisfiesExactly(
                            first -> assertThat(first)
                                    .contains(
                                            "1 in a row", "provoked by the test", "term 0.1, another instance starts"),
                            second -> assertThat(second).contains("2 in a row", "another instance starts"),
                            third -> assertThat(third).contains("3 in a row", "this node hands over"));
        }
        assertThat(conclave.stands("broken")).isTrue();
        tried.expectNoMessage(Duration.ZERO);
    }

    @Test
    void anInstanceThatCannotBeSpawnedCountsAsFailed() {
        ElectedSingleton.get(actors.system())
                .init(ElectedActor.<String>of(leadership -> Behaviors.ignore(), "broken")
                        .withProps(
                                DispatcherSelector.fromConfig("unbounded-only").withNext(MailboxSelector.bounded(9))));
        conclave.addCandidate("broken", ELSEWHERE);
        Leadership leadership = conclave.elect("broken");
        await().atMost(30, SECONDS).until(() -> !leadership.holds());
    }

    @Test
    void aFailedInstanceIsReplacedInTheSameTerm() {
        ActorRef<Note> orders = init();
        conclave.elect("orders");
        orders.tell(new InstanceLedger.Fail());
        await().atMost(30, SECONDS).until(() -> ledger.of("start").size() == 2);
        orders.tell(new InstanceLedger.Write("after"));
        awaits("write after");
        assertThat(ledger.happened).containsExactly("start here 1", "end here 1", "start here 1", "write after");
        assertThat(counts().allStarts()).isEqualTo(2);
        assertThat(counts().allRestarts()).isEqualTo(1);
    }

    @Test
    void aFailedInstanceIsNotReplacedWhenTheNodeNoLongerLeads() {
        ActorRef<Note> orders = init(settings.withRestartDelay(Duration.ofHours(1)));
        conclave.elect("orders");
        orders.tell(new InstanceLedger.Fail());
        awaits("end here 1");
        orders.tell(new InstanceLedger.Write("kept"));
        dismissed();
        conclave.elect("orders");
        awaits("write kept");
        assertThat(ledger.of("start")).containsExactly("start here 1", "start here 2");
    }

    @Test
    void anInstanceWhoseBehaviorCannotBeCreatedIsTriedAgain() {
        TestProbe<Long> tried = actors.createTestProbe();
        ElectedSingleton.get(actors.system())
                .init(ElectedActor.<String>of(
                        leadership -> {
                            tried.getRef().tell(leadership.fencingToken());
                            throw new IllegalStateException("provoked by the test");
                        },
                        "broken"));
        conclave.elect("broken");
        assertThat(tried.receiveSeveralMessages(3, Duration.ofSeconds(30))).containsOnly(1L);
    }

    @Test
    void aFullBufferTurnsItsOldestMessagesIntoDeadLetters() {
        TestProbe<DeadLetter> deadLetters = actors.createDeadLetterProbe();
        ActorRef<Note> orders = init(settings.withBufferSize(2));
        write(orders, 1, 5);
        for (int number = 1; number <= 3; number++) {
            DeadLetter letter = deadLetters.receiveMessage(Duration.ofSeconds(30));
            assertThat(letter.message()).isEqualTo(new InstanceLedger.Write("" + number));
            assertThat(letter.recipient().path().name()).isEqualTo("conclave-singleton-orders");
        }
        await().atMost(30, SECONDS).until(() -> counts().kept() == 2);
        assertThat(counts().allDropped()).isEqualTo(3);
        conclave.elect("orders");
        awaits("write 5");
        assertThat(ledger.of("write")).containsExactly("write 4", "write 5");
        await().atMost(30, SECONDS).until(() -> counts().kept() == 0);
    }

    @Test
    void aMessageWithoutAnInstanceIsADeadLetterAtOnceIfThereIsNoBuffer() {
        TestProbe<DeadLetter> deadLetters = actors.createDeadLetterProbe();
        init(settings.withBufferSize(0)).tell(new InstanceLedger.Write("1"));
        assertThat(deadLetters.receiveMessage(Duration.ofSeconds(30)).message())
                .isEqualTo(new InstanceLedger.Write("1"));
    }

    @Test
    void aNodeWithoutTheRoleOnlySends() {
        init(settings.withRole("readers"));
        assertThat(conclave.stands("orders")).isFalse();
    }

    @Test
    void aNodeWithTheRoleStands() {
        init(settings.withRole("writers"));
        assertThat(conclave.stands("orders")).isTrue();
    }

    @Test
    void theSameSingletonNameReturnsTheSameReferenceAndRunsOneInstance() {
        ActorRef<Note> first = init();
        assertThat(init()).isEqualTo(first);
        conclave.elect("orders");
        first.tell(new InstanceLedger.Write("1"));
        awaits("write 1");
        assertThat(ledger.of("start")).hasSize(1);
    }

    @Test
    void aSingletonMayHaveAnyName() {
        TestProbe<String> seen = actors.createTestProbe();
        for (String name : List.of("orders/eu", "$1", "Aufträge heute", "a".repeat(200))) {
            ActorRef<String> singleton = ElectedSingleton.get(actors.system())
                    .init(ElectedActor.<String>of(
                            leadership -> Behaviors.receiveMessage(text -> {
                                seen.getRef().tell(text);
                                return Behaviors.same();
                            }),
                            name));
            conclave.elect(name);
            singleton.tell(name);
            seen.expectMessage(Duration.ofSeconds(30), name);
        }
    }

    @Test
    void r9_messagesAreSentToTheNodeThatLeadsAndAreNotKeptOnTheSender() {
        TestProbe<DeadLetter> elsewhere = actors.createDeadLetterProbe();
        ActorRef<Note> orders = init();
        write(orders, 1, 1);
        conclave.elect("orders");
        awaits("write 1");
        conclave.electOther("orders", ELSEWHERE).toCompletableFuture().join();
        assertThat(ledger.happened).endsWith("end here 1");
        // With no remoting in this test, a reference to another node leads to the dead letters.
        write(orders, 2, 2);
        assertThat(elsewhere.receiveMessage(Duration.ofSeconds(30)).message()).isEqualTo(new InstanceLedger.Write("2"));
        conclave.loseOther("orders");
        write(orders, 3, 3);
        conclave.elect("orders");
        awaits("write 3");
        assertThat(ledger.of("write")).containsExactly("write 1", "write 3");
    }
}

package dev.conclave.internal.node;

import static dev.conclave.internal.node.NodeFixture.ANNA;
import static dev.conclave.internal.node.NodeFixture.BERT;
import static dev.conclave.internal.node.NodeFixture.CLEO;
import static dev.conclave.internal.node.NodeFixture.identity;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import akka.Done;
import akka.actor.testkit.typed.javadsl.LoggingTestKit;
import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.ElectionName;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.Terms;
import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.electorate.ElectorateMessage;
import dev.conclave.core.electorate.StoredElectorate;
import dev.conclave.core.electorate.Wish;
import dev.conclave.core.node.Hello;
import dev.conclave.core.node.JournalHead;
import dev.conclave.core.node.NodeInput;
import dev.conclave.core.peer.Message;
import dev.conclave.internal.peer.LeadershipLease;
import dev.conclave.internal.peer.PeerCommand;
import dev.conclave.internal.wire.Envelope;
import dev.conclave.internal.wire.FrameBytes;
import dev.conclave.internal.wire.ParsedFrame;
import dev.conclave.internal.wire.WireFormat;
import dev.conclave.lifeline.ExpressLaneFrame;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A node's actor between its disk, its peers and other nodes, which the test plays: founding, switches, wishes (E1 to E10). */
class NodeElectorateTest {

    private static final ElectionName ORDERS = new ElectionName("orders");
    private static final Incarnation LIFE = new Incarnation(9);

    private NodeFixture node = new NodeFixture(ANNA);

    @AfterEach
    void close() {
        node.close();
    }

    private void begin(NodeFixture other) {
        node.close();
        node = other;
    }

    // ---- other nodes

    private NodeInput.Framed header(PeerId from, long group, int configuration) {
        long pass = node.environment.self().passFor(from);
        return new NodeInput.Framed(from, LIFE, identity(from), pass, group, configuration);
    }

    /** The other node has received this node's hello, and answers. */
    private void greet(PeerId from) {
        node.node.tell(WireFormat.toFrame(new Hello(
                from,
                LIFE,
                identity(from),
                0,
                0,
                Hello.VERSION,
                77,
                node.environment.self().passFor(from),
                false,
                1)));
    }

    private void tell(PeerId from, ElectorateMessage message) {
        node.node.tell(WireFormat.toFrame(header(from, NodeFixture.GROUP, 0), message));
    }

    private void tell(PeerId from, long group, int configuration, Message message) {
        node.node.tell(WireFormat.toFrame(
                header(from, group, configuration), List.of(new Envelope(ORDERS, configuration, message))));
    }

    private <M extends ElectorateMessage> Stream<M> told(Class<M> kind) {
        return node.sent.stream()
                .map(WireFormat::read)
                .filter(ParsedFrame.HeardElectorate.class::isInstance)
                .map(heard -> ((ParsedFrame.HeardElectorate) heard).message())
                .filter(kind::isInstance)
                .map(kind::cast);
    }

    private Stream<Message> said() {
        return node.sent.stream()
                .map(WireFormat::read)
                .filter(ParsedFrame.HeardBatch.class::isInstance)
                .flatMap(heard -> ((ParsedFrame.HeardBatch) heard).envelopes().stream())
                .map(Envelope::message);
    }

    /** Waits until the node's actor has processed all earlier messages. */
    private void settle() {
        CompletableFuture<Done> answered = new CompletableFuture<>();
        node.node.tell(new NodeCommand.Ping(answered));
        await().atMost(10, SECONDS).until(answered::isDone);
    }

    /** Waits until the peer has processed all earlier messages. */
    private void settle(String election) {
        CompletableFuture<Done> answered = new CompletableFuture<>();
        node.tell(election, new PeerCommand.HandOver(answered));
        await().atMost(10, SECONDS).until(answered::isDone);
    }

    private Configuration founded() {
        return NodeFixture.founded(node.settings);
    }

    private int number() {
        return node.environment.configuration().map(Configuration::number).orElse(-1);
    }

    private void awaitObeyed(int number) {
        await().atMost(10, SECONDS).until(() -> node.environment.observations().obeyed() == number);
    }

    private CompletableFuture<List<String>> wish(Wish wish, boolean dryRun) {
        CompletableFuture<List<String>> done = new CompletableFuture<>();
        node.node.tell(new NodeCommand.Wished(wish, dryRun, "the test", done));
        return done;
    }

    private static void assertRefused(CompletableFuture<?> wish, String why) {
        await().atMost(10, SECONDS).until(wish::isDone);
        assertThatThrownBy(wish::join)
                .hasCauseInstanceOf(IllegalStateException.class)
                .hasRootCauseMessage(why);
    }

    private static Wish times(Duration heartbeat, Duration election) {
        return new Wish.Times(
                OptionalLong.of(heartbeat.toNanos()), OptionalLong.of(election.toNanos()), OptionalDouble.empty());
    }

    // ---- the founding

    @Test
    void e10_peersThatExistBeforeTheFoundingTakePartAfterIt() {
        begin(NodeFixture.unfounded(ANNA));
        node.stand("orders");
        settle("orders");
        assertThat(node.environment.takesPart()).isFalse();
        assertThat(node.environment.isVoter()).isFalse();

        node.node.tell(new NodeCommand.MayFound());

        node.awaitLeading("orders");
        assertThat(number()).isZero();
        assertThat(node.environment.isVoter()).isTrue();
        assertThat(node.seenOf("orders")).containsExactly("elected 1");
    }

    @Test
    void e10_theFounderWaitsForTheAnswersOfAllListedVotersAndNamesTheirDirectories() {
        begin(NodeFixture.unfounded(ANNA, BERT, CLEO));
        node.node.tell(new NodeCommand.MayFound());
        greet(BERT);
        greet(CLEO);
        await().atMost(10, SECONDS)
                .until(() -> told(ElectorateMessage.AskToFound.class).count() >= 2);
        tell(BERT, new ElectorateMessage.MayFound());
        settle();
        assertThat(number()).isEqualTo(-1);

        tell(CLEO, new ElectorateMessage.MayFound());

        awaitObeyed(0);
        Configuration configuration = node.environment.configuration().orElseThrow();
        assertThat(configuration.named())
                .isEqualTo(Map.of(
                        ANNA, identity(ANNA),
                        BERT, identity(BERT),
                        CLEO, identity(CLEO)));
        assertThat(told(ElectorateMessage.Shown.class).map(ElectorateMessage.Shown::configuration))
                .contains(configuration);
    }

    @Test
    void e10_anActorThatFailsBeforeTheFoundingFoundsAllTheSame() {
        begin(NodeFixture.unfounded(ANNA, BERT));
        node.node.tell(new NodeCommand.MayFound());
        node.fail("orders");
        greet(BERT);
        tell(BERT, new ElectorateMessage.MayFound());
        awaitObeyed(0);
    }

    @Test
    void e10_aNodeThatMayNotFoundWaits() {
        begin(NodeFixture.unfounded(ANNA, BERT));
        greet(BERT);
        tell(BERT, new ElectorateMessage.MayFound());
        settle();
        assertThat(number()).isEqualTo(-1);
        assertThat(told(ElectorateMessage.AskToFound.class)).isEmpty();
    }

    // ---- labels

    @Test
    void e3_aMessageThatIsLabelledWithAnotherGroupIsNotDelivered() {
        begin(new NodeFixture(ANNA, BERT, CLEO));
        greet(BERT);
        tell(BERT, NodeFixture.GROUP + 1, 0, new Message.Heartbeat(1, 1, List.of()));
        tell(BERT, 0, -1, new Message.Heartbeat(1, 1, List.of()));
        settle();
        assertThat(node.environment.elections().names()).isEmpty();

        tell(BERT, NodeFixture.GROUP, 0, new Message.Heartbeat(1, 1, List.of()));

        await().atMost(10, SECONDS).until(() -> said().anyMatch(Message.HeartbeatAck.class::isInstance));
    }

    @Test
    void e3_aMessageUnderAConfigurationThatTheNodeHasNotStoredIsDroppedAndTheNodeAsksForIt() {
        begin(new NodeFixture(ANNA, BERT, CLEO));
        greet(BERT);
        tell(BERT, NodeFixture.GROUP, 1, new Message.Heartbeat(Terms.before(1) + 1, 1, List.of()));
        settle();
        settle("orders");
        assertThat(said()).isEmpty();
        assertThat(node.store.ballots()).isEmpty();
        assertThat(told(ElectorateMessage.Holds.class)).anyMatch(holds -> holds.stored() == 0);

        tell(BERT, new ElectorateMessage.Shown(founded().removing(CLEO, 1, "the test")));
        await().atMost(10, SECONDS).until(() -> number() == 1);
        tell(BERT, NodeFixture.GROUP, 1, new Message.Heartbeat(Terms.before(1) + 1, 2, List.of()));

        awaitObeyed(1);
        await().atMost(10, SECONDS).until(() -> {
            tell(BERT, NodeFixture.GROUP, 1, new Message.Heartbeat(Terms.before(1) + 1, 3, List.of()));
            return said().anyMatch(Message.HeartbeatAck.class::isInstance);
        });
    }

    // ---- other directories

    @Test
    void e8_aNodeThatIsNamedWithAnotherDirectoryNeitherVotesNorLeads() {
        begin(NodeFixture.of(
                new JournalHead(ANNA, new DirectoryIdentity(4711), StoredElectorate.EMPTY.storing(founded()), 1),
                ANNA));
        node.stand("orders");
        settle("orders");
        assertThat(node.environment.takesPart()).isFalse();
        assertThat(node.environment.whyNotHeard())
                .hasValueSatisfying(why -> assertThat(why)
                        .startsWith(
                                "configuration 0 names this address with another data directory than 0000000000001267")
                        .endsWith("electorate readmit 127.0.0.1:1"));
        assertThat(node.seenOf("orders")).isEmpty();
    }

    @Test
    void e8_aNodeThatLearnsThatAnotherDirectoryHasItsNameStopsLeadingAndSaysWhy() {
        begin(new NodeFixture(ANNA, BERT, CLEO));
        greet(BERT);
        Configuration removed = founded().removing(ANNA, 1, "the test");
        Configuration readmitted = removed.adding(ANNA, new DirectoryIdentity(4711), 2, "the test");
        LoggingTestKit.error("127.0.0.1:1 does not take part: configuration 2 names this address with another data"
                        + " directory than 0000000000000001")
                .withOccurrences(1)
                .expect(node.kit.system(), () -> {
                    tell(BERT, new ElectorateMessage.Shown(removed));
                    tell(BERT, new ElectorateMessage.Shown(readmitted));
                    await().atMost(10, SECONDS).until(() -> number() == 2);
                    return true;
                });
        assertThat(node.environment.takesPart()).isFalse();
        assertThat(node.environment.isVoter()).isFalse();
    }

    @Test
    void e8_aVoterThatHasAnotherDirectoryThanTheOneNamedIsNotHeardInElectionsAndIsReportedOnce() {
        begin(new NodeFixture(ANNA, BERT, CLEO));
        PeerId other = BERT;
        long pass = node.environment.self().passFor(other);
        DirectoryIdentity empty = new DirectoryIdentity(4711);
        LoggingTestKit.warn("127.0.0.1:2 is not heard in any election: its data directory is 0000000000001267")
                .withOccurrences(1)
                .expect(node.kit.system(), () -> {
                    for (int i = 0; i < 3; i++) {
                        node.node.tell(WireFormat.toFrame(
                                new Hello(other, LIFE, empty, 0, 0, Hello.VERSION, 77, pass, false, 1)));
                        node.node.tell(WireFormat.toFrame(
                                new NodeInput.Framed(other, LIFE, empty, pass, NodeFixture.GROUP, 0),
                                List.of(new Envelope(ORDERS, 0, new Message.RequestVote(1, 0)))));
                    }
                    settle();
                    return true;
                });
        assertThat(node.environment.elections().names()).isEmpty();
    }

    // ---- wishes

    @Test
    void aWishOfTheOnlyVoterIsDoneAndItsLeadershipGoesOn() {
        node.stand("orders");
        node.awaitLeading("orders");
        LeadershipLease lease = node.lease("orders").orElseThrow();

        CompletableFuture<List<String>> done = wish(times(Duration.ofMillis(60), Duration.ofMillis(700)), false);

        await().atMost(20, SECONDS).until(done::isDone);
        assertThat(done.join()).isEmpty();
        assertThat(number()).isEqualTo(1);
        assertThat(node.environment.settings().electionNanos()).isEqualTo(700_000_000L);
        assertThat(node.environment.configuration().orElseThrow().origin()).hasValueSatisfying(origin -> {
            assertThat(origin.by()).isEqualTo("the test");
            assertThat(origin.what()).startsWith("election-timeout=700ms heartbeat-interval=60ms");
        });
        assertThat(lease.holds()).isTrue();
        assertThat(node.lease("orders")).contains(lease);
        assertThat(node.seenOf("orders")).containsExactly("elected 1");
    }

    @Test
    void aDryRunReturnsTheStepsAndChangesNothing() {
        CompletableFuture<List<String>> done = wish(times(Duration.ofMillis(60), Duration.ofMillis(700)), true);
        await().atMost(10, SECONDS).until(done::isDone);
        assertThat(done.join())
                .containsExactly("set election-timeout=700ms heartbeat-interval=60ms max-clock-drift=0.01");
        assertThat(number()).isZero();
    }

    @Test
    void aWishAtANodeWithoutADirectoryIsRefused() {
        begin(new NodeFixture(BERT));
        assertRefused(
                wish(new Wish.Remove(BERT), false),
                "127.0.0.1:1 has no conclave.data-dir, so it proposes nothing; ask a voter: [127.0.0.1:2]");
    }

    @Test
    void aWishBeforeTheFoundingIsRefused() {
        begin(NodeFixture.unfounded(ANNA, BERT));
        assertRefused(
                wish(new Wish.Remove(BERT), false),
                "127.0.0.1:1 has no configuration yet: the voters of conclave.voters have not all answered each other"
                        + " once; start them, or change conclave.voters");
    }

    @Test
    void aSecondWishWaitsForTheFirst() {
        begin(new NodeFixture(ANNA, BERT, CLEO));
        CompletableFuture<List<String>> first = wish(new Wish.Remove(CLEO), false);
        CompletableFuture<List<String>> second = wish(new Wish.Remove(BERT), false);
        await().atMost(10, SECONDS).until(second::isDone);
        assertThatThrownBy(second::join).hasMessageContaining("127.0.0.1:1 already carries out a change (");
        await().atMost(10, SECONDS).until(first::isDone);
        assertThatThrownBy(first::join)
                .cause()
                .message()
                .isIn(
                        "2 of 3 voters must answer, 1 does: start one, or, if they are lost for good, electorate force",
                        "2 of 3 voters must answer, 1 does: this node has just started, or the voters have just changed;"
                                + " ask again in a moment");
        assertThat(node.environment.observations().underWay()).isEmpty();
    }

    @Test
    void anActorThatFailsDoesNotContinueItsWish() {
        begin(new NodeFixture(ANNA, BERT, CLEO));
        CompletableFuture<List<String>> wish = wish(new Wish.Remove(CLEO), false);
        node.fail("orders");
        assertRefused(
                wish, "this node stops, so it does not continue the change; look at the history at another voter");
    }

    @Test
    void r3_aWishAtANodeWhoseDiskHasFailedIsRefused() {
        begin(new NodeFixture(ANNA, BERT, CLEO));
        CompletableFuture<List<String>> before = wish(new Wish.Remove(CLEO), false);
        node.store.fail(new IOException("the disk is gone"));
        await().atMost(10, SECONDS).until(before::isDone);
        assertThat(before).isCompletedExceptionally();
        assertRefused(wish(new Wish.Remove(CLEO), false), "127.0.0.1:1 leads nothing: the disk is gone");
    }

    // ---- the cost of a change

    /**
     * The cost of a change.
     *
     * @param writes the writes that the disk was to force: for the promise, the acceptance, the configuration, and the switch
     * @param kinds the kinds of messages about the electorate
     * @param frames all frames; while the disk is held, questions are repeated
     * @param ofElections the frames that carry messages of elections
     */
    private record Cost(List<Integer> writes, Set<Class<?>> kinds, int frames, long ofElections) {}

    /** Anna removes Cleo, while so many elections are led by Bert, with a ballot of Anna for each. */
    private Cost costOfAChangeBeside(int elections) {
        begin(new NodeFixture(new NodeEnvironment.Elections(), Duration.ofSeconds(2), ANNA, BERT, CLEO));
        greet(BERT);
        greet(CLEO);
        List<ElectionName> names = IntStream.range(0, elections)
                .mapToObj(number -> new ElectionName("election-" + number))
                .toList();
        for (ElectionName name : names) {
            node.tell(name.value(), new PeerCommand.Join());
            node.node.tell(WireFormat.toFrame(
                    header(BERT, NodeFixture.GROUP, 0),
                    List.of(new Envelope(name, 0, new Message.Heartbeat(1, 1, List.of())))));
        }
        await().atMost(30, SECONDS)
                .until(() ->
                        said().filter(Message.HeartbeatAck.class::isInstance).count() == elections);
        settle();
        assertThat(node.store.ballots()).hasSize(elections);
        node.sent.clear();
        List<Integer> writes = new ArrayList<>();

        node.store.hold();
        CompletableFuture<List<String>> done = wish(new Wish.Remove(CLEO), false);
        tell(BERT, new ElectorateMessage.Holds(NodeFixture.GROUP, 0, 0, 0, false));
        tell(CLEO, new ElectorateMessage.Holds(NodeFixture.GROUP, 0, 0, 0, false));
        await().atMost(10, SECONDS)
                .until(() -> told(ElectorateMessage.Prepare.class).findAny().isPresent());
        writes.add(writesOnceSettled(names));
        node.store.release();
        ElectorateMessage.Prepare asked = told(ElectorateMessage.Prepare.class)
                .reduce((former, last) -> last)
                .orElseThrow();

        node.store.hold();
        tell(
                BERT,
                new ElectorateMessage.Promise(
                        NodeFixture.GROUP, 0, asked.ballot(), Optional.empty(), node.settings.electionNanos()));
        await().atMost(20, SECONDS)
                .until(() -> told(ElectorateMessage.Accept.class).findAny().isPresent());
        writes.add(writesOnceSettled(names));
        node.store.release();

        node.store.hold();
        tell(BERT, new ElectorateMessage.Accepted(NodeFixture.GROUP, 0, asked.ballot()));
        await().atMost(10, SECONDS).until(() -> node.store.waiting() > 0);
        writes.add(writesOnceSettled(names));
        node.store.release();
        await().atMost(10, SECONDS).until(() -> number() == 1);

        node.store.hold();
        tell(BERT, new ElectorateMessage.Holds(NodeFixture.GROUP, 1, 1, 0, false));
        tell(CLEO, new ElectorateMessage.Holds(NodeFixture.GROUP, 1, 1, 0, false));
        awaitObeyed(1);
        await().atMost(10, SECONDS).until(done::isDone);
        writes.add(writesOnceSettled(names));
        node.store.release();

        assertThat(done.join()).isEmpty();
        return new Cost(
                writes,
                told(ElectorateMessage.class).map(Object::getClass).collect(Collectors.toSet()),
                node.sent.size(),
                node.sent.stream()
                        .map(WireFormat::read)
                        .filter(ParsedFrame.HeardBatch.class::isInstance)
                        .count());
    }

    private int writesOnceSettled(List<ElectionName> names) {
        List<CompletableFuture<Done>> answers = new ArrayList<>();
        for (ElectionName name : names) {
            CompletableFuture<Done> answered = new CompletableFuture<>();
            answers.add(answered);
            node.tell(name.value(), new PeerCommand.HandOver(answered));
        }
        await().atMost(30, SECONDS).until(() -> answers.stream().allMatch(CompletableFuture::isDone));
        settle();
        return node.store.waiting();
    }

    @Test
    void e1_aChangeCostsNoMoreFramesAndForcedWritesBesideAThousandElectionsThanBesideOne() {
        Cost one = costOfAChangeBeside(1);
        Cost thousand = costOfAChangeBeside(1_000);
        assertThat(one.writes()).containsExactly(1, 1, 1, 0);
        assertThat(thousand.writes()).isEqualTo(one.writes());
        assertThat(thousand.kinds()).isEqualTo(one.kinds());
        assertThat(one.ofElections()).isZero();
        assertThat(thousand.ofElections()).isZero();
        assertThat(thousand.frames()).isLessThan(100);
    }

    // ---- restarts

    /** Configuration 1 is on its way to the disk, and the actor that asked for it has failed. */
    private void failWhileAConfigurationIsWritten() {
        greet(BERT);
        settle();
        node.store.hold();
        tell(BERT, new ElectorateMessage.Shown(founded().removing(CLEO, 1, "the test")));
        await().atMost(10, SECONDS).until(() -> node.store.waiting() > 0);
        node.fail("orders");
        AtomicInteger taken = new AtomicInteger();
        tell(BERT, new ElectorateMessage.Holds(NodeFixture.GROUP, 0, 0, 0, true));
        node.node.tell(new NodeCommand.ExpressHeard(new ExpressLaneFrame(
                "127.0.0.1",
                FrameBytes.of(WireFormat.toFrame(
                        header(BERT, NodeFixture.GROUP, 0),
                        List.of(new Envelope(ORDERS, 0, new Message.Heartbeat(1, 1, List.of()))))),
                taken::incrementAndGet)));
        await("a frame is dropped").atMost(10, SECONDS).until(() -> taken.get() == 1);
    }

    /** Otherwise the next life would begin under the former configuration, and its first write would take the newer one back. */
    @Test
    void e4_anActorThatFailsWhileAConfigurationIsWrittenBeginsUnderIt() {
        begin(new NodeFixture(ANNA, BERT, CLEO));
        node.stand("orders");
        settle("orders");
        failWhileAConfigurationIsWritten();
        CompletableFuture<Done> ping = new CompletableFuture<>();
        node.node.tell(new NodeCommand.Ping(ping));
        assertThat(ping).isNotDone();
        assertThat(number()).isZero();

        node.store.release();

        await().atMost(10, SECONDS).until(ping::isDone);
        assertThat(node.environment
                        .observations()
                        .node()
                        .orElseThrow()
                        .electorate()
                        .durable()
                        .number())
                .isEqualTo(1);
        awaitObeyed(1);
        assertThat(number()).isEqualTo(1);
    }

    @Test
    void aSystemThatEndsWhileItsActorWaitsForTheDiskAnswersItsCallers() {
        begin(new NodeFixture(ANNA, BERT, CLEO));
        failWhileAConfigurationIsWritten();
        CompletableFuture<String> ended = node.environment.elections().ended().toCompletableFuture();
        node.close();
        await().atMost(10, SECONDS).until(ended::isDone);
        assertThat(ended.join()).isEqualTo("its actor system has ended");
    }

    @Test
    void e4_thePeersOfAnActorThatHasFailedBeginUnderTheNewestConfiguration() {
        node.stand("orders");
        node.awaitLeading("orders");
        CompletableFuture<List<String>> done = wish(times(Duration.ofMillis(60), Duration.ofMillis(700)), false);
        await().atMost(20, SECONDS).until(done::isDone);
        node.fail("orders");
        await().atMost(20, SECONDS)
                .until(() -> node.lease("orders").map(LeadershipLease::term).equals(Optional.of(Terms.before(1) + 1)));
    }
}

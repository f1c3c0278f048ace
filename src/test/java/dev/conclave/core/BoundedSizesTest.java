package dev.conclave.core;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.H;
import static dev.conclave.core.TestValues.MARGIN;
import static dev.conclave.core.TestValues.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.electorate.ElectorateMessage;
import dev.conclave.core.electorate.RoundBallot;
import dev.conclave.core.electorate.StoredElectorate;
import dev.conclave.core.node.Hello;
import dev.conclave.core.node.HelloLimiter;
import dev.conclave.core.node.JournalHead;
import dev.conclave.core.node.Node;
import dev.conclave.core.node.NodeEffect;
import dev.conclave.core.node.NodeInput;
import dev.conclave.core.peer.DeadProcesses;
import dev.conclave.core.peer.DurabilityGate;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.Input;
import dev.conclave.core.peer.Leader;
import dev.conclave.core.peer.Message;
import dev.conclave.core.peer.Message.Heartbeat;
import dev.conclave.core.peer.Message.HeartbeatAck;
import dev.conclave.core.peer.Message.Observe;
import dev.conclave.core.peer.Message.Release;
import dev.conclave.core.peer.Message.RequestVote;
import dev.conclave.core.peer.Message.VoteGranted;
import dev.conclave.core.peer.Observers;
import dev.conclave.core.peer.Peer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A peer and a node that live long among ever new addresses: none of their collections grows without end. */
class BoundedSizesTest {

    private static final Settings SETTINGS = TestValues.settings("a", "b", "c");
    private static final int STEPS = 20_000;
    private static final int VOTERS = 3;
    private static final long GROUP = 7;
    private static final Configuration FOUNDED = Configuration.founding(
            GROUP,
            Map.of(
                    id("a"), TestValues.identity("a"),
                    id("b"), TestValues.identity("b"),
                    id("c"), TestValues.identity("c")),
            SETTINGS,
            0,
            "a test");

    /** Every collection of a peer, and the most that it may hold. */
    private static final Map<String, Integer> PEER = Map.ofEntries(
            Map.entry("Peer.self.settings.voters", VOTERS),
            Map.entry("Peer.gate.queue", DurabilityGate.MAX_QUEUE + 8),
            Map.entry("Peer.gate.queue[].message.succession", Heartbeat.MAX_SUCCESSION),
            Map.entry("Peer.loyalty.obeyed.succession", Heartbeat.MAX_SUCCESSION),
            Map.entry("Peer.endingLeaderships", 2),
            Map.entry("Peer.pushed", VOTERS),
            Map.entry("Peer.gone", VOTERS + DeadProcesses.MAX),
            Map.entry("Peer.observers", Observers.MAX),
            Map.entry("Peer.role.named", Heartbeat.MAX_SUCCESSION));

    /** Every collection of a node. */
    private static final Map<String, Integer> NODE = Map.ofEntries(
            Map.entry("Node.self.listed.voters", VOTERS),
            Map.entry("Node.durable.electorate.configuration.named", VOTERS + 1),
            Map.entry("Node.durable.electorate.configuration.previous", VOTERS + 1),
            Map.entry("Node.durable.electorate.configuration.former", Configuration.MAX_FORMER),
            Map.entry("Node.durable.electorate.configuration.settings.voters", VOTERS + 1),
            Map.entry("Node.durable.electorate.configuration.history", Configuration.MAX_HISTORY),
            Map.entry("Node.durable.electorate.accepted.next.named", VOTERS + 1),
            Map.entry("Node.durable.electorate.accepted.next.previous", VOTERS + 1),
            Map.entry("Node.durable.electorate.accepted.next.former", Configuration.MAX_FORMER),
            Map.entry("Node.durable.electorate.accepted.next.settings.voters", VOTERS + 1),
            Map.entry("Node.durable.electorate.accepted.next.history", Configuration.MAX_HISTORY),
            Map.entry("Node.electorate.self.listed.voters", VOTERS),
            Map.entry("Node.electorate.durable.configuration.named", VOTERS + 1),
            Map.entry("Node.electorate.durable.configuration.previous", VOTERS + 1),
            Map.entry("Node.electorate.durable.configuration.former", Configuration.MAX_FORMER),
            Map.entry("Node.electorate.durable.configuration.settings.voters", VOTERS + 1),
            Map.entry("Node.electorate.durable.configuration.history", Configuration.MAX_HISTORY),
            Map.entry("Node.electorate.durable.accepted.next.named", VOTERS + 1),
            Map.entry("Node.electorate.durable.accepted.next.previous", VOTERS + 1),
            Map.entry("Node.electorate.durable.accepted.next.former", Configuration.MAX_FORMER),
            Map.entry("Node.electorate.durable.accepted.next.settings.voters", VOTERS + 1),
            Map.entry("Node.electorate.durable.accepted.next.history", Configuration.MAX_HISTORY),
            Map.entry("Node.electorate.pending.configuration.named", VOTERS + 1),
            Map.entry("Node.electorate.pending.configuration.previous", VOTERS + 1),
            Map.entry("Node.electorate.pending.configuration.former", Configuration.MAX_FORMER),
            Map.entry("Node.electorate.pending.configuration.settings.voters", VOTERS + 1),
            Map.entry("Node.electorate.pending.configuration.history", Configuration.MAX_HISTORY),
            Map.entry("Node.electorate.pending.accepted.next.named", VOTERS + 1),
            Map.entry("Node.electorate.pending.accepted.next.previous", VOTERS + 1),
            Map.entry("Node.electorate.pending.accepted.next.former", Configuration.MAX_FORMER),
            Map.entry("Node.electorate.pending.accepted.next.settings.voters", VOTERS + 1),
            Map.entry("Node.electorate.pending.accepted.next.history", Configuration.MAX_HISTORY),
            Map.entry("Node.electorate.switchedTo.named", VOTERS + 1),
            Map.entry("Node.electorate.switchedTo.previous", VOTERS + 1),
            Map.entry("Node.electorate.switchedTo.former", Configuration.MAX_FORMER),
            Map.entry("Node.electorate.switchedTo.settings.voters", VOTERS + 1),
            Map.entry("Node.electorate.switchedTo.history", Configuration.MAX_HISTORY),
            Map.entry("Node.electorate.gate", 64),
            Map.entry("Node.electorate.gate[].after.configuration.named", VOTERS + 1),
            Map.entry("Node.electorate.gate[].after.configuration.previous", VOTERS + 1),
            Map.entry("Node.electorate.gate[].after.configuration.former", Configuration.MAX_FORMER),
            Map.entry("Node.electorate.gate[].after.configuration.settings.voters", VOTERS + 1),
            Map.entry("Node.electorate.gate[].after.configuration.history", Configuration.MAX_HISTORY),
            Map.entry("Node.electorate.gate[].after.accepted.next.named", VOTERS + 1),
            Map.entry("Node.electorate.gate[].after.accepted.next.previous", VOTERS + 1),
            Map.entry("Node.electorate.gate[].after.accepted.next.former", Configuration.MAX_FORMER),
            Map.entry("Node.electorate.gate[].after.accepted.next.settings.voters", VOTERS + 1),
            Map.entry("Node.electorate.gate[].after.accepted.next.history", Configuration.MAX_HISTORY),
            Map.entry("Node.electorate.gate[].message.accepted.next.named", VOTERS + 1),
            Map.entry("Node.electorate.gate[].message.accepted.next.previous", VOTERS + 1),
            Map.entry("Node.electorate.gate[].message.accepted.next.former", Configuration.MAX_FORMER),
            Map.entry("Node.electorate.gate[].message.accepted.next.settings.voters", VOTERS + 1),
            Map.entry("Node.electorate.gate[].message.accepted.next.history", Configuration.MAX_HISTORY),
            Map.entry("Node.electorate.seen", Node.MAX_PEERS + VOTERS),
            Map.entry("Node.electorate.shown", Node.MAX_PEERS + VOTERS),
            Map.entry("Node.electorate.answers", VOTERS),
            Map.entry("Node.electorate.catchUp.read", VOTERS + 1),
            Map.entry("Node.contacts", Node.MAX_PEERS + VOTERS + 1),
            Map.entry("Node.dials", Node.MAX_PEERS + VOTERS + 1),
            Map.entry("Node.greetingLimiter.toKnown", 2 * Node.MAX_PEERS),
            Map.entry("Node.greetingLimiter.strangers", HelloLimiter.MAX_STRANGERS));

    private final Map<String, Integer> largest = new HashMap<>();
    private Random random = new Random(0);
    private long now = -5 * E;
    private int pods;

    private void watch(Record value, Map<String, Integer> bounds, long seed) {
        CollectionSizes.of(value).forEach((path, size) -> {
            assertThat(bounds).as("no bound is known of this collection").containsKey(path);
            assertThat(size).as("seed %d: %s", seed, path).isLessThanOrEqualTo(bounds.get(path));
            largest.merge(path, size, Math::max);
        });
    }

    private PeerId pod() {
        return new PeerId("pod" + ++pods, 2551);
    }

    private PeerId voter() {
        return id(random.nextBoolean() ? "b" : "c");
    }

    private PeerId lately() {
        return pods == 0 ? pod() : new PeerId("pod" + (pods - random.nextInt(Math.min(pods, 100))), 2551);
    }

    // ---- a peer

    /** With a disk that works, and with a disk that hangs for a long time now and then. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void everyCollectionOfAPeerStaysBoundedOverALongLife(long seed) {
        random = new Random(seed);
        Peer peer = Peer.start(new Peer.Self(id("a"), TestValues.life("a"), SETTINGS, MARGIN), Ballot.NONE);
        Queue<Ballot> writing = new ArrayDeque<>();
        List<Input> first = List.of(new Input.Admitted(0), new Input.Stand());
        for (int i = 0; i < STEPS; i++) {
            // Long without a pause, so that there are thousands of observers at once; then they lapse.
            now += i % 20_000 < 12_000 ? random.nextInt((int) H / 1000) : random.nextInt((int) H);
            Input input = i < first.size() ? first.get(i) : something(peer);
            Peer.Step step = peer.step(now, random.nextLong(), input);
            peer = step.peer();
            step.effects().forEach(effect -> {
                if (effect instanceof Effect.Persist persist) {
                    writing.add(persist.ballot());
                }
            });
            boolean hangs = seed % 2 == 0 && i % 20_000 > 15_000;
            while (!hangs && !writing.isEmpty()) {
                step = peer.step(now, random.nextLong(), new Input.Persisted(writing.remove()));
                peer = step.peer();
                step.effects().forEach(effect -> {
                    if (effect instanceof Effect.Persist persist) {
                        writing.add(persist.ballot());
                    }
                });
            }
            if (i % 300 == 0) {
                watch(peer, PEER, seed);
            }
        }
        assertThat(largest.get("Peer.observers"))
                .as("thousands of observers at once")
                .isGreaterThan(2_000);
        assertThat(largest.get("Peer.gone")).isGreaterThan(DeadProcesses.MAX / 2);
    }

    private Input something(Peer peer) {
        long term = peer.ballot().term();
        return switch (random.nextInt(16)) {
            case 0 -> new Input.Tick();
            case 1 -> new Input.ProcessGone(random.nextBoolean() ? lately() : voter(), life());
            case 2 ->
                said(
                        voter(),
                        new Heartbeat(Math.max(1, term) + random.nextInt(3) / 2, now, List.of(lately(), lately())));
            case 3 -> said(lately(), new Heartbeat(Math.max(1, term), now, List.of()));
            case 4 -> said(voter(), new RequestVote(term + 1, random.nextInt(4) == 0 ? term : 0));
            case 5 -> said(pod(), new RequestVote(term + 1, random.nextInt(4) == 0 ? term : 0));
            case 6 -> said(voter(), new Release(Math.max(1, term), Optional.of(lately())));
            case 7 -> said(voter(), new VoteGranted(Math.max(1, term + random.nextInt(2))));
            case 8 -> said(voter(), new Message.PreVoteGranted(term + 1));
            case 9 ->
                peer.role() instanceof Leader leader
                        ? said(voter(), new HeartbeatAck(term, leader.roundAt(), random.nextBoolean()))
                        : new Input.Tick();
            case 10 -> random.nextInt(50) == 0 ? new Input.UsersStopped(term) : said(lately(), new Observe(term, true));
            default -> said(pod(), new Observe(term, random.nextInt(4) == 0));
        };
    }

    private Incarnation life() {
        return new Incarnation(1 + random.nextInt(2));
    }

    private Input said(PeerId from, Message message) {
        return new Input.Received(from, life(), message);
    }

    // ---- a node

    @Test
    void everyCollectionOfANodeStaysBoundedOverALongLife() {
        Node.Self self = new Node.Self(id("a"), TestValues.life("a"), SETTINGS, 0, 0, 0, 42);
        JournalHead found =
                new JournalHead(id("a"), TestValues.identity("a"), StoredElectorate.EMPTY.storing(FOUNDED), 1);
        Node node = Node.start(self, found, now);
        Queue<JournalHead> writing = new ArrayDeque<>();
        for (int i = 0; i < 2 * STEPS; i++) {
            now += i % 20_000 < 16_000 ? random.nextInt((int) H / 1000) : random.nextInt((int) H);
            List<NodeInput> inputs = new ArrayList<>();
            inputs.add(somethingTo(self));
            inputs.add(wordTo(node));
            while (!writing.isEmpty() && random.nextBoolean()) {
                inputs.add(new NodeInput.HeadStored(writing.remove()));
            }
            for (NodeInput input : inputs) {
                Node.Step step = node.step(now, random.nextLong(), input);
                node = step.node();
                step.effects().forEach(effect -> {
                    if (effect instanceof NodeEffect.StoreHead store) {
                        writing.add(store.head());
                    }
                });
            }
            if (i % 300 == 0) {
                watch(node, NODE, 0);
            }
        }
        assertThat(largest.get("Node.contacts")).isGreaterThan(Node.MAX_PEERS - 500);
        assertThat(largest.get("Node.greetingLimiter.strangers")).isEqualTo(HelloLimiter.MAX_STRANGERS);
        assertThat(largest.get("Node.dials")).isGreaterThan(1_000);
        assertThat(largest.get("Node.electorate.seen")).isGreaterThan(1_000);
    }

    private NodeInput somethingTo(Node.Self self) {
        return switch (random.nextInt(8)) {
            case 0 -> new NodeInput.Tick();
            case 1 -> new NodeInput.Wanted(pod());
            case 2 -> frame(self, lately());
            case 3 -> new NodeInput.Greeted(hello(self, random.nextInt(50) == 0 ? voter() : pod(), false));
            case 4 -> frame(self, pod());
            default -> new NodeInput.Greeted(hello(self, pod(), true));
        };
    }

    private NodeInput.Framed frame(Node.Self self, PeerId from) {
        return new NodeInput.Framed(from, new Incarnation(1), DirectoryIdentity.NONE, self.passFor(from), GROUP, 0);
    }

    /** A word about the electorate, of a voter or a pod. */
    private NodeInput wordTo(Node node) {
        Configuration current = node.electorate().configuration().orElseThrow();
        RoundBallot ballot = new RoundBallot(random.nextInt(1_000), TestValues.identity("b"), 1);
        PeerId voter = voter();
        ElectorateMessage.Holds holds =
                new ElectorateMessage.Holds(GROUP, current.number(), current.number(), 0, random.nextBoolean());
        return switch (random.nextInt(6)) {
            case 0 -> told(node, voter, holds);
            case 1 -> told(node, voter, new ElectorateMessage.Prepare(GROUP, current.number(), ballot));
            case 2 -> told(node, voter, new ElectorateMessage.Accept(GROUP, current.number(), ballot, next(current)));
            case 3 ->
                random.nextInt(100) == 0
                        ? told(node, voter, new ElectorateMessage.Shown(next(current)))
                        : new NodeInput.PeersSwitched(current.number());
            default -> new NodeInput.Told(frame(node.self(), lately()), holds);
        };
    }

    private static NodeInput told(Node node, PeerId voter, ElectorateMessage message) {
        return new NodeInput.Told(
                new NodeInput.Framed(
                        voter,
                        new Incarnation(1),
                        Objects.requireNonNull(FOUNDED.named().get(voter)),
                        node.self().passFor(voter),
                        GROUP,
                        0),
                message);
    }

    private static Configuration next(Configuration current) {
        return current.named().containsKey(id("d"))
                ? current.removing(id("d"), 0, "a test")
                : current.adding(id("d"), TestValues.identity("d"), 0, "a test");
    }

    private Hello hello(Node.Self self, PeerId from, boolean proven) {
        return new Hello(
                from,
                new Incarnation(1),
                SETTINGS.isVoter(from)
                        ? random.nextInt(10) == 0
                                ? new DirectoryIdentity(77)
                                : Objects.requireNonNull(FOUNDED.named().get(from))
                        : DirectoryIdentity.NONE,
                0,
                0,
                1,
                77,
                proven ? self.passFor(from) : 0,
                random.nextBoolean(),
                SETTINGS.isVoter(from) ? 1 : 0);
    }
}

package dev.conclave.core.peer;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.H;
import static dev.conclave.core.TestValues.id;
import static dev.conclave.core.TestValues.identity;
import static dev.conclave.core.peer.PeerProbe.peer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.PeerId;
import dev.conclave.core.PeerMap;
import dev.conclave.core.Settings;
import dev.conclave.core.TestValues;
import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.node.Hello;
import dev.conclave.core.node.HelloLimiter;
import dev.conclave.core.node.JournalHead;
import dev.conclave.core.node.Node;
import dev.conclave.core.node.NodeEffect;
import dev.conclave.core.node.NodeEffect.Drop;
import dev.conclave.core.node.NodeInput;
import dev.conclave.core.peer.Message.HeartbeatAck;
import dev.conclave.core.peer.Message.Observe;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Clusters of thousands of nodes, of which a few vote (R11, R13). */
class ManyNodesTest {

    private static final int CROWD = 2_000;

    // ---- one election

    @Test
    void twoThousandObserversAreNotifiedInEveryRound() {
        PeerProbe leader = peer("a").of("a", "b", "c").takesPart().leads();
        for (int i = 0; i < CROWD; i++) {
            leader.hears("w" + i, new Observe(1, false)).does(new Effect.Send(id("w" + i), beatOf(leader)));
        }
        leader.isHeardBy("b", "c").wakes();
        Set<PeerId> notified = new HashSet<>();
        leader.did.forEach(effect -> {
            if (effect instanceof Effect.Send send && send.message() instanceof Message.Heartbeat) {
                notified.add(send.to());
            }
        });
        assertThat(notified).hasSize(2 + CROWD);
    }

    /** An acknowledgement updates only the candidate that sent it; a round visits all candidates. */
    @Test
    void twoThousandCandidatesAreCandidatesAfterManyRounds() {
        PeerProbe leader = peer("a").of("a", "b", "c").takesPart().leads();
        for (int round = 0; round < 10; round++) {
            for (int i = 0; i < CROWD; i++) {
                leader.hears("w" + i, round == 0 ? new Observe(1, true) : ackOf(leader));
            }
            leader.isHeardBy("b", "c").wakes();
        }
        leader.leads(1);
        assertThat(named(leader)).hasSize(Message.Heartbeat.MAX_SUCCESSION).startsWith(id("b"), id("c"));
    }

    @Test
    void aCandidateThatTheSuccessionDoesNotNameStandsAfterTheTurnsOfAllThatItNames() {
        PeerProbe late = peer("w").of("a", "b", "c").takesPart().stands();
        String[] order = new String[Message.Heartbeat.MAX_SUCCESSION];
        for (int i = 0; i < order.length; i++) {
            order[i] = "w" + i;
        }
        late.hearsBeat("a", 3, order);
        Follower follower = (Follower) late.value().role();
        assertThat(follower.standAt() - late.now()).isEqualTo(E + order.length * H / 2);
    }

    /** Of hundreds of other candidates none takes a voter's place: a voter's vote can be pushed, and it needs no introduction. */
    @Test
    void everyVoterThatStandsIsNamedBeforeHundredsOfOtherCandidates() {
        PeerProbe leader = peer("c").of("a", "b", "c").takesPart().wins().isHeardBy("a", "b");
        for (int i = 0; i < 100; i++) {
            leader.hears("w" + i, new Observe(1, true));
        }
        leader.after(H).ticks();
        assertThat(named(leader))
                .hasSize(Message.Heartbeat.MAX_SUCCESSION)
                .endsWith(id("a"), id("b"))
                .doesNotHaveDuplicates();
    }

    @Test
    void anAcknowledgementOfANonVoterThatChangesTheSuccessionIsPassedOnAtOnce() {
        PeerProbe leader = peer("a").of("a", "b", "c").takesPart().leads();
        leader.hears("w", new Observe(1, true)).ticks().wakes();
        assertThat(named(leader)).contains(id("w"));
        leader.after(H / 4)
                .hears("w", new HeartbeatAck(1, ((Leader) leader.value().role()).roundAt(), false));
        assertThat(leader.value().wakeAt()).isEqualTo(leader.now());
        assertThat(named(leader.ticks())).doesNotContain(id("w"));
    }

    private static Message ackOf(PeerProbe leader) {
        return new HeartbeatAck(1, ((Leader) leader.value().role()).roundAt(), true);
    }

    private static Message.Heartbeat beatOf(PeerProbe leader) {
        Leader role = (Leader) leader.value().role();
        return new Message.Heartbeat(1, role.roundAt(), role.named());
    }

    private static List<PeerId> named(PeerProbe leader) {
        return ((Leader) leader.value().role()).named();
    }

    // ---- one node

    /** The ring: each peer met anew took the place of a living one, whose next frame was dropped, and which was then met anew. */
    @Test
    void noLivingPeerTakesThePlaceOfAnother() {
        Voter voter = new Voter();
        int more = Node.MAX_PEERS + 50;
        for (int i = 0; i < more; i++) {
            voter.isGreetedBy("p" + i);
        }
        assertThat(voter.node.contacts()).hasSize(Node.MAX_PEERS);
        for (int round = 0; round < 5; round++) {
            voter.now += 4 * E;
            int heard = 0;
            for (int i = 0; i < more; i++) {
                if (voter.hears("p" + i)) {
                    heard++;
                } else {
                    voter.isGreetedBy("p" + i);
                }
            }
            assertThat(heard).isEqualTo(Node.MAX_PEERS);
        }
        voter.isGreetedBy("b");
        assertThat(voter.hears("b")).as("a voter has a place in any case").isTrue();
        assertThat(voter.dropped).contains(Drop.TOO_MANY_PEERS);
    }

    @Test
    void aNewPeerTakesAPlaceThatIsNotUsedAnyMore() {
        Voter voter = new Voter();
        for (int i = 0; i < Node.MAX_PEERS; i++) {
            voter.isGreetedBy("p" + i);
        }
        voter.now += 10 * E;
        assertThat(voter.hears("p7")).isTrue();
        voter.node = voter.node.using(id("p8"), voter.now);
        voter.isGreetedBy("x");
        assertThat(voter.hears("x")).isFalse();
        voter.now++;
        voter.isGreetedBy("x");
        assertThat(voter.hears("x")).isTrue();
        assertThat(voter.node.contacts()).containsOnlyKeys(id("x"), id("p7"), id("p8"));
    }

    /** Otherwise every frame would change the node, and cost a look at all peers that the node greets. */
    @Test
    void framesOfAPeerChangeItsNodeOncePerElectionTimeout() {
        Voter voter = new Voter();
        voter.isGreetedBy("p");
        Node greeted = voter.node;
        voter.now += E - 1;
        assertThat(voter.hears("p")).isTrue();
        assertThat(voter.node).isSameAs(greeted).isSameAs(greeted.using(id("q"), voter.now + E));
        voter.now++;
        assertThat(voter.hears("p")).isTrue();
        assertThat(voter.node).isNotSameAs(greeted);
        assertThat(voter.node.contacts())
                .hasEntrySatisfying(
                        id("p"), contact -> assertThat(contact.usedAt()).isEqualTo(voter.now));
    }

    @Test
    void aNodeGreetsALimitedNumberOfPeersAndEveryVoterBesides() {
        Voter voter = new Voter();
        for (int i = 0; i <= Node.MAX_PEERS; i++) {
            voter.step(new NodeInput.Wanted(id("x" + i)));
        }
        assertThat(voter.node.dials()).hasSize(Node.MAX_PEERS);
        assertThat(voter.dropped).containsOnly(Drop.TOO_MANY_PEERS);
        voter.node = new Node(
                voter.self,
                voter.now,
                voter.node.durable(),
                voter.node.electorate(),
                PeerMap.empty(),
                voter.node.dials().without(id("c")).with(id("y"), new Node.Dial(voter.now, H)),
                HelloLimiter.none(voter.now),
                false);
        voter.step(new NodeInput.Wanted(id("c")));
        assertThat(voter.node.dials()).containsKey(id("c"));
    }

    /** Each greets as {@link Node} does: after H/2, and then in twice the time, up to 2 E, until it is answered. */
    @Test
    void eachOfTwoThousandNodesThatStartAtOnceIsMet() {
        Voter voter = new Voter();
        record Caller(int number, long at, long pause) {}
        PriorityQueue<Caller> greetingLimiter = new PriorityQueue<>((one, other) ->
                one.at != other.at ? Long.compare(one.at, other.at) : Integer.compare(one.number, other.number));
        for (int i = 0; i < CROWD; i++) {
            greetingLimiter.add(new Caller(i, voter.now, H / 2));
        }
        long began = voter.now;
        while (!greetingLimiter.isEmpty()) {
            Caller next = greetingLimiter.remove();
            voter.now = next.at;
            String name = "n" + next.number;
            if (voter.step(new NodeInput.Greeted(hello(name, voter.settings, 0))).stream()
                    .anyMatch(effect -> effect instanceof NodeEffect.Greet greet
                            && greet.to().equals(id(name)))) {
                voter.isGreetedBy(name);
            } else {
                greetingLimiter.add(new Caller(next.number, next.at + next.pause, Math.min(2 * next.pause, 2 * E)));
            }
        }
        assertThat(voter.node.contacts()).hasSize(CROWD);
        assertThat(voter.now - began).as("256 in each E").isLessThanOrEqualTo(2 * CROWD / 256 * E);
    }

    private static Hello hello(String from, Settings settings, long echo) {
        return new Hello(
                id(from),
                TestValues.life(from),
                settings.isVoter(id(from)) ? identity(from) : DirectoryIdentity.NONE,
                0,
                0,
                1,
                77,
                echo,
                false,
                0);
    }

    /** A node that votes; other nodes meet it by their hellos. */
    private static final class Voter {
        static final long GROUP = 7;

        final Settings settings = TestValues.settings("a", "b", "c");
        final Node.Self self = new Node.Self(id("a"), TestValues.life("a"), settings, 0, 0, 0, 42);
        final Set<Drop> dropped = new HashSet<>();
        long now = -5 * E;
        Node node = Node.start(self, founded(settings), now);

        private static JournalHead founded(Settings settings) {
            JournalHead empty = JournalHead.open(Optional.empty(), id("a"), 5);
            return empty.with(empty.electorate()
                    .storing(Configuration.founding(
                            GROUP,
                            Map.of(id("a"), empty.identity(), id("b"), identity("b"), id("c"), identity("c")),
                            settings,
                            0,
                            "a")));
        }

        List<NodeEffect> step(NodeInput input) {
            Node.Step step = node.step(now, 0, input);
            node = step.node();
            for (NodeEffect effect : step.effects()) {
                if (effect instanceof NodeEffect.Dropped drop && drop.kind() != Drop.NO_PASS) {
                    dropped.add(drop.kind());
                } else if (effect instanceof NodeEffect.StoreHead store) {
                    step(new NodeInput.HeadStored(store.head()));
                }
            }
            return step.effects();
        }

        void isGreetedBy(String name) {
            step(new NodeInput.Greeted(hello(name, settings, self.passFor(id(name)))));
        }

        boolean hears(String name) {
            return step(new NodeInput.Framed(
                            id(name),
                            TestValues.life(name),
                            settings.isVoter(id(name)) ? identity(name) : DirectoryIdentity.NONE,
                            self.passFor(id(name)),
                            GROUP,
                            0))
                    .contains(new NodeEffect.Deliver());
        }
    }
}

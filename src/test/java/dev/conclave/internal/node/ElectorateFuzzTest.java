package dev.conclave.internal.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.electorate.ElectorateMessage;
import dev.conclave.core.electorate.Proposal;
import dev.conclave.core.electorate.StoredElectorate;
import dev.conclave.core.electorate.Wish;
import dev.conclave.core.node.Hello;
import dev.conclave.core.node.JournalHead;
import dev.conclave.core.node.Node;
import dev.conclave.core.node.NodeEffect;
import dev.conclave.core.node.NodeInput;
import dev.conclave.internal.wire.Frame;
import dev.conclave.internal.wire.FrameTampering;
import dev.conclave.internal.wire.ParsedFrame;
import dev.conclave.internal.wire.SampleFrames;
import dev.conclave.internal.wire.WireFormat;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tampered messages about the electorate at a node. From a stranger none of them is heard. From a voter, which the node trusts, anything
 * may come: no exception escapes, what the node writes never goes back (E1, E6), and no promise leaves before it is durable (R3).
 */
class ElectorateFuzzTest {

    private static final int FRAMES = 20_000;
    private static final PeerId SELF = SampleFrames.B;
    private static final List<PeerId> OTHERS = List.of(SampleFrames.A, SampleFrames.C);
    private static final Incarnation LIFE = new Incarnation(1);

    static LongStream seeds() {
        return LongStream.of(20_261_201, new Random().nextLong());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whatANodeHasStoredOnlyRisesWhateverAVoterSends(long seed) {
        Trusting node = new Trusting(seed);
        node.hear(FRAMES);
        assertThat(node.told).as("messages that the node received").isPositive();
        assertThat(node.written).as("heads that it wrote").isPositive();
        assertThat(node.promises).as("promises and acceptances that left").isPositive();
    }

    @Test
    @Tag("soak")
    void whatANodeHasStoredOnlyRisesOverAMillionFrames() {
        new Trusting(new Random().nextLong()).hear(1_000_000);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aStrangerChangesNothingWhateverItSays(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Node node = begin();
        StoredElectorate before = node.durable().electorate();
        for (int i = 0; i < FRAMES; i++) {
            if (WireFormat.read(FrameTampering.fields(sample(random), random))
                    instanceof ParsedFrame.HeardElectorate heard) {
                Node.Step step = node.step(i, random.nextLong(), new NodeInput.Told(heard.header(), heard.message()));
                node = step.node();
                assertThat(step.effects())
                        .as("seed %d", seed)
                        .allMatch(effect -> effect instanceof NodeEffect.Dropped || effect instanceof NodeEffect.Greet);
            }
        }
        assertThat(node.durable().electorate()).isEqualTo(before);
        assertThat(node.electorate().pending()).isEqualTo(before);
        assertThat(node.electorate().seen().size()).isZero();
    }

    private static Frame sample(SplittableRandom random) {
        List<Frame> samples = SampleFrames.samples().values().stream()
                .filter(ParsedFrame.HeardElectorate.class::isInstance)
                .map(SampleFrames::frame)
                .toList();
        return samples.get(random.nextInt(samples.size()));
    }

    private static Node begin() {
        return Node.start(
                new Node.Self(SELF, new Incarnation(7), SampleFrames.SETTINGS, 200_000_000, 0, 0, 0x5ec4e7),
                new JournalHead(SELF, SampleFrames.identity(SELF), SampleFrames.founded(), 1),
                0);
    }

    /** A node that has met the other voters, on a disk that takes its time. */
    private static final class Trusting {
        private final long seed;
        private final SplittableRandom random;
        private final Queue<JournalHead> onTheWay = new ArrayDeque<>();
        private Node node = begin();
        private StoredElectorate newest = node.durable().electorate();
        private long now;
        int told;
        int written;
        int promises;

        Trusting(long seed) {
            this.seed = seed;
            random = new SplittableRandom(seed);
        }

        void hear(int frames) {
            meet();
            for (int i = 0; i < frames; i++) {
                Frame frame = random.nextInt(3) == 0 ? sample(random) : FrameTampering.fields(sample(random), random);
                if (WireFormat.read(frame) instanceof ParsedFrame.HeardElectorate heard) {
                    told++;
                    step(new NodeInput.Told(
                            header(OTHERS.get(random.nextInt(OTHERS.size())), heard.header()), heard.message()));
                }
                switch (random.nextInt(20)) {
                    case 0 ->
                        step(new NodeInput.Wished(new Proposal.Request(
                                i, new Wish.Remove(OTHERS.get(0)), random.nextBoolean(), "fuzz", i)));
                    case 1 -> {
                        now += random.nextLong(1_200_000_000);
                        step(new NodeInput.Tick());
                    }
                    case 2, 3, 4, 5 -> {
                        if (!onTheWay.isEmpty()) {
                            step(new NodeInput.HeadStored(onTheWay.remove()));
                        }
                    }
                    case 6 ->
                        step(new NodeInput.PeersSwitched(
                                node.electorate().durable().number()));
                    default -> {}
                }
                if (random.nextInt(300) == 0) {
                    beginAgain();
                }
            }
        }

        private void beginAgain() {
            onTheWay.clear();
            node = begin();
            newest = node.durable().electorate();
            meet();
        }

        private void meet() {
            for (PeerId voter : OTHERS) {
                step(new NodeInput.Greeted(new Hello(
                        voter,
                        LIFE,
                        SampleFrames.identity(voter),
                        0,
                        0,
                        Hello.VERSION,
                        1,
                        node.self().passFor(voter),
                        false,
                        1)));
            }
        }

        private NodeInput.Framed header(PeerId from, NodeInput.Framed said) {
            return new NodeInput.Framed(
                    from,
                    LIFE,
                    SampleFrames.identity(from),
                    node.self().passFor(from),
                    said.group(),
                    said.configuration());
        }

        private void step(NodeInput input) {
            Node.Step step;
            try {
                step = node.step(now, random.nextLong(), input);
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError("seed " + seed + ", " + node + " was told " + input, e);
            }
            node = step.node();
            for (NodeEffect effect : step.effects()) {
                if (effect instanceof NodeEffect.StoreHead store) {
                    written++;
                    assertRises(store.head().electorate());
                    newest = store.head().electorate();
                    onTheWay.add(store.head());
                } else if (effect instanceof NodeEffect.Tell tell) {
                    assertDurable(tell.message());
                }
            }
        }

        private void assertRises(StoredElectorate next) {
            if (next.number() == newest.number()) {
                assertThat(next.configuration()).as("seed %d", seed).isEqualTo(newest.configuration());
                assertThat(next.promised()).as("seed %d", seed).isGreaterThanOrEqualTo(newest.promised());
                newest.accepted()
                        .ifPresent(former -> assertThat(
                                        next.accepted().orElseThrow().ballot())
                                .as("seed %d", seed)
                                .isGreaterThanOrEqualTo(former.ballot()));
            } else {
                assertThat(next.number()).as("seed %d", seed).isGreaterThan(newest.number());
                assertThat(next.group() == newest.group()
                                || next.configuration().orElseThrow().former().contains(newest.group()))
                        .as("seed %d: %s after %s", seed, next, newest)
                        .isTrue();
            }
        }

        private void assertDurable(ElectorateMessage message) {
            StoredElectorate durable = node.durable().electorate();
            if (message instanceof ElectorateMessage.Promise promise && promise.number() == durable.number()) {
                promises++;
                assertThat(durable.promised()).as("seed %d", seed).isGreaterThanOrEqualTo(promise.ballot());
            } else if (message instanceof ElectorateMessage.Accepted accepted
                    && accepted.number() == durable.number()) {
                promises++;
                assertThat(durable.accepted().orElseThrow().ballot())
                        .as("seed %d", seed)
                        .isGreaterThanOrEqualTo(accepted.ballot());
            } else if (message instanceof ElectorateMessage.Shown shown) {
                assertThat(durable.configuration()).as("seed %d", seed).contains(shown.configuration());
            }
        }
    }
}

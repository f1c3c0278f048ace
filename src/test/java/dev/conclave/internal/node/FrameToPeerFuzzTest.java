package dev.conclave.internal.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.conclave.core.Ballot;
import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.node.JournalHead;
import dev.conclave.core.node.Node;
import dev.conclave.core.node.NodeEffect;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.Input;
import dev.conclave.core.peer.Message;
import dev.conclave.core.peer.Peer;
import dev.conclave.internal.wire.Envelope;
import dev.conclave.internal.wire.Frame;
import dev.conclave.internal.wire.FrameTampering;
import dev.conclave.internal.wire.ParsedFrame;
import dev.conclave.internal.wire.SampleFrames;
import dev.conclave.internal.wire.WireFormat;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bytes, the message that they are, and what it makes a peer do. A node hands none of it on, since it shows no pass; and were
 * it to come from a peer that it trusts, no exception escapes, no ballot goes back or changes its vote, and the memory of a
 * peer stays bounded.
 */
class FrameToPeerFuzzTest {

    private static final int FRAMES = 20_000;
    private static final PeerId SELF = SampleFrames.B;
    private static final List<PeerId> OTHERS = List.of(SampleFrames.A, SampleFrames.C, PeerId.parse("elsewhere:1"));
    private static final Peer.Self PEER = new Peer.Self(SELF, new Incarnation(7), SampleFrames.SETTINGS, 200_000_000);

    static LongStream seeds() {
        // With the second seed a peer receives the last version of a term, which has no next one.
        return LongStream.of(20_261_124, -7_417_650_513_511_695_465L, new Random().nextLong());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void ballotsOnlyRiseWhateverFramesAPeerReceives(long seed) {
        assertThat(new Listener(seed).hear(FRAMES))
                .as("messages that a peer received")
                .isPositive();
    }

    @Test
    @Tag("soak")
    void ballotsOnlyRiseOverAMillionRandomFrames() {
        new Listener(new Random().nextLong()).hear(1_000_000);
    }

    /** A node, and a peer of it that comes to be Follower, Candidate and Leader in turn, as chance and the enemy will. */
    private static final class Listener {
        final long seed;
        final SplittableRandom random;
        Node node = Node.start(
                new Node.Self(SELF, new Incarnation(7), SampleFrames.SETTINGS, 200_000_000, 0, 0, 0x5ec4e7),
                new JournalHead(SELF, new DirectoryIdentity(-12), SampleFrames.founded(), 1),
                0);
        Peer peer = Peer.start(PEER, Ballot.NONE);
        long now;

        Listener(long seed) {
            this.seed = seed;
            random = new SplittableRandom(seed);
        }

        int hear(int frames) {
            List<byte[]> good = SampleFrames.samples().values().stream()
                    .map(SampleFrames::frame)
                    .map(SampleFrames::bytes)
                    .toList();
            List<Frame> wholes = good.stream()
                    .map(Listener::parsed)
                    .flatMap(Optional::stream)
                    .toList();
            begin();
            int told = 0;
            for (int i = 0; i < frames; i++) {
                byte[] bytes = random.nextBoolean()
                        ? FrameTampering.bytes(good, random)
                        : SampleFrames.bytes(FrameTampering.fields(wholes.get(random.nextInt(wholes.size())), random));
                Optional<Frame> frame = parsed(bytes);
                if (frame.isPresent() && WireFormat.read(frame.get()) instanceof ParsedFrame.HeardBatch batch) {
                    strangersAreNotHeard(batch);
                    for (Envelope envelope : batch.envelopes()) {
                        told++;
                        tell(envelope.message());
                    }
                }
                if (random.nextInt(50) == 0) {
                    now += random.nextLong(1_200_000_000);
                    step(new Input.Tick());
                }
                if (peer.ballot().term() > 1L << 50) {
                    begin();
                }
            }
            return told;
        }

        private void begin() {
            peer = Peer.start(PEER, Ballot.NONE);
            step(new Input.Admitted(0));
            step(new Input.Stand());
        }

        private void strangersAreNotHeard(ParsedFrame.HeardBatch batch) {
            Node.Step step = node.step(now, 0, batch.header());
            node = step.node();
            assertThat(step.effects()).as("seed %d", seed).noneMatch(effect -> effect instanceof NodeEffect.Deliver);
            assertThat(node.contacts()).isEmpty();
            assertThat(node.dials().size()).isLessThanOrEqualTo(8192);
        }

        private void tell(Message message) {
            PeerId from = OTHERS.get(random.nextInt(OTHERS.size()));
            step(new Input.Received(from, new Incarnation(1 + random.nextInt(3)), message));
        }

        private void step(Input input) {
            Ballot before = peer.ballot();
            Peer.Step step;
            try {
                step = peer.step(now, random.nextLong(), input);
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError("seed " + seed + ", " + peer + " was told " + input, e);
            }
            peer = step.peer();
            assertThat(peer.ballot().isAbove(before) || peer.ballot().equals(before))
                    .as("seed %d: %s after %s by %s", seed, peer.ballot(), before, input)
                    .isTrue();
            assertThat(peer.observers().size()).isLessThanOrEqualTo(8192);
            assertThat(peer.pushed().size()).isLessThanOrEqualTo(3);
            for (Effect effect : step.effects()) {
                if (effect instanceof Effect.Persist persist) {
                    step(new Input.Persisted(persist.ballot()));
                }
            }
        }

        private static Optional<Frame> parsed(byte[] bytes) {
            try {
                return Optional.of(SampleFrames.parse(bytes));
            } catch (JsonProcessingException ordinary) {
                return Optional.empty();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}

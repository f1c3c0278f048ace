package dev.conclave.bench.core;

import dev.conclave.core.Ballot;
import dev.conclave.core.PeerId;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.Input;
import dev.conclave.core.peer.Message;
import dev.conclave.core.peer.Peer;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One step of the protocol each, always from the same state: a step changes nothing but gives a new one.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class StepBenchmark {

    private Peer leader;
    private Peer leaderThatHasBeaten;
    private Peer follower;
    private Peer newcomer;
    private Input heartbeat;
    private Input ack;
    private Input requestVote;
    private Input tick;
    private long justNow;
    private long atTheNextBeat;
    private long afterTheBeat;

    /** An election of three with a leader that has beaten some times. */
    @Setup
    public void elect() {
        ThreePeers three = ThreePeers.withLeader();
        PeerId leads = three.leaderId();
        PeerId follows = three.followerId();
        leader = three.peer(leads);
        follower = three.peer(follows);
        newcomer = ThreePeers.newcomer(ThreePeers.A);
        Message.Heartbeat last = three.heartbeatTo(follows);
        heartbeat = received(leads, new Message.Heartbeat(last.term(), last.sentAt() + 100_000_000, last.succession()));
        requestVote = received(ThreePeers.B, new Message.RequestVote(1, 0));
        tick = new Input.Tick();
        justNow = three.now() + 1_000_000;
        atTheNextBeat = leader.wakeAt();
        leaderThatHasBeaten = leader.step(atTheNextBeat, 7, tick).peer();
        ack = received(follows, new Message.HeartbeatAck(last.term(), atTheNextBeat, true));
        afterTheBeat = atTheNextBeat + 1_000_000;
        refuseWhatMeasuresNothing();
    }

    /** Each step must do what its name says, or its time means nothing. */
    private void refuseWhatMeasuresNothing() {
        requireSent(followerHearsAHeartbeat(), Message.HeartbeatAck.class, 1);
        requireSent(leaderBeats(), Message.Heartbeat.class, 2);
        Peer.Step vote = voterVotes();
        require(vote.peer().ballot().equals(new Ballot(1, Optional.of(ThreePeers.B))), "it did not vote");
        Peer renewed = leaderIsAcknowledged().peer();
        require(!renewed.equals(leaderThatHasBeaten), "the acknowledgement renewed nothing");
    }

    private static void requireSent(Peer.Step step, Class<? extends Message> kind, int times) {
        long sent = step.effects().stream()
                .filter(effect -> effect instanceof Effect.Send send && kind.isInstance(send.message()))
                .count();
        require(sent == times, "sent " + sent + " of " + kind.getSimpleName() + ", not " + times);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }

    private static Input received(PeerId from, Message message) {
        return new Input.Received(from, ThreePeers.lifeOf(from), message);
    }

    /** A follower hears a heartbeat and acknowledges it. */
    @Benchmark
    public Peer.Step followerHearsAHeartbeat() {
        return follower.step(justNow, 7, heartbeat);
    }

    /** A leader is acknowledged by one of two others, which makes a majority: its lease is renewed. */
    @Benchmark
    public Peer.Step leaderIsAcknowledged() {
        return leaderThatHasBeaten.step(afterTheBeat, 7, ack);
    }

    /** A leader's time to beat has come: one heartbeat to each of the two others. */
    @Benchmark
    public Peer.Step leaderBeats() {
        return leader.step(atTheNextBeat, 7, tick);
    }

    /** A voter is asked for its vote and gives it. */
    @Benchmark
    public Peer.Step voterVotes() {
        return newcomer.step(justNow, 7, requestVote);
    }
}

package dev.conclave.singleton;

import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.Behaviors;
import dev.conclave.Leadership;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Records the actions of a singleton's instances on all nodes of a test, and whether two ever ran at once. */
public final class InstanceLedger {

    /** The messages of an instance. */
    public sealed interface Note {}

    /** A text that the instance records. */
    public record Write(String text) implements Note {}

    /** The stop message. */
    public record End() implements Note {}

    /** Makes the instance take this long to stop. */
    public record BeSlow(int millis) implements Note {}

    /** Blocks the thread of the instance until the test releases it. */
    public record Block() implements Note {}

    /** Makes the instance fail. */
    public record Fail() implements Note {}

    public static final String BINDING =
            "akka.actor.serialization-bindings { \"" + Write.class.getName() + "\" = jackson-cbor }\n";

    /** The actions, in order: "start node term", "write text", "end node term". */
    public final Queue<String> happened = new ConcurrentLinkedQueue<>();

    /** Violations: must stay empty. */
    public final Queue<String> violations = new ConcurrentLinkedQueue<>();

    public final AtomicInteger blocked = new AtomicInteger();
    public final CountDownLatch release = new CountDownLatch(1);
    private final Queue<Running> running = new ConcurrentLinkedQueue<>();

    private record Running(String node, Leadership leadership) {}

    public ElectedActor<Note> actor(String name, String node) {
        return ElectedActor.<Note>of(leadership -> instance(node, leadership), name)
                .withStopMessage(new End());
    }

    private Behavior<Note> instance(String node, Leadership leadership) {
        Running self = new Running(node, leadership);
        synchronized (this) {
            // An instance that blocks its thread may outlive its lease; no other may run while that lease lasts.
            for (Running other : running) {
                Duration left = other.leadership.leaseRemaining();
                if (blocked.get() == 0 || !left.isZero()) {
                    violations.add(self + " starts while " + other + " runs, with " + left + " of its lease left");
                }
            }
            running.add(self);
            happened.add("start " + node + " " + leadership.fencingToken());
        }
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> Behaviors.receive(Note.class)
                .onMessage(Write.class, write -> {
                    happened.add("write " + write.text());
                    return Behaviors.same();
                })
                .onMessage(BeSlow.class, slow -> {
                    happened.add("slow");
                    return slow(self, slow.millis());
                })
                .onMessage(Block.class, block -> {
                    blocked.incrementAndGet();
                    release.await(60, TimeUnit.SECONDS);
                    return Behaviors.same();
                })
                .onMessage(Fail.class, fail -> {
                    throw new IllegalStateException("provoked by the test");
                })
                .onMessage(End.class, end -> Behaviors.stopped())
                .onSignal(PostStop.class, signal -> ended(self))
                .onSignal(akka.actor.typed.PreRestart.class, signal -> ended(self))
                .build()));
    }

    private Behavior<Note> slow(Running self, int millis) {
        return Behaviors.withTimers(timers -> Behaviors.receive(Note.class)
                .onMessage(Write.class, write -> {
                    happened.add("write " + write.text());
                    return Behaviors.same();
                })
                .onMessage(End.class, end -> {
                    happened.add("asked");
                    timers.startSingleTimer(new Fail(), Duration.ofMillis(millis));
                    return Behaviors.same();
                })
                .onMessage(Fail.class, over -> Behaviors.stopped())
                .onSignal(PostStop.class, signal -> ended(self))
                .build());
    }

    private Behavior<Note> ended(Running self) {
        synchronized (this) {
            running.remove(self);
            happened.add("end " + self.node + " " + self.leadership.fencingToken());
            if (blocked.get() == 0 && self.leadership.leaseRemaining().isZero()) {
                happened.add("late " + self.node);
            }
        }
        return Behaviors.same();
    }

    public List<String> of(String kind) {
        return happened.stream().filter(what -> what.startsWith(kind)).toList();
    }

    public boolean wrote(String text) {
        return happened.contains("write " + text);
    }

    public int running() {
        return running.size();
    }
}

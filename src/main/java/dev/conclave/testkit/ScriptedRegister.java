package dev.conclave.testkit;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.util.ByteString;
import dev.conclave.ElectionRegister;
import dev.conclave.Leadership;
import dev.conclave.Register;
import dev.conclave.Written;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/** The register of a scripted election: in memory, and written at once. */
final class ScriptedRegister implements ElectionRegister {

    private final ActorSystem<?> system;
    private final Predicate<Leadership> mayWrite;
    private final Set<ActorRef<Register>> subscribers = new LinkedHashSet<>();

    private Register current = new Register(Optional.empty(), 0, 0, true, Duration.ZERO);
    private boolean isNextUnknown;

    /**
     * Creates an empty register.
     *
     * @param mayWrite whether a leadership of the node under test may still write
     */
    ScriptedRegister(ActorSystem<?> system, Predicate<Leadership> mayWrite) {
        this.system = system;
        this.mayWrite = mayWrite;
    }

    /** Another node has led this term and left this value. */
    synchronized void holds(ByteString value, long term) {
        change(new Register(Optional.of(value), term, 1, true, Duration.ZERO));
    }

    /** The leadership ends before the node knows whether its next write is done. */
    synchronized void nextIsUnknown() {
        isNextUnknown = true;
    }

    /** U3: a leader that begins finds the value and repeats it. */
    synchronized Register found(long term) {
        if (current.fencingToken() > 0) {
            change(new Register(current.value(), term, 0, true, Duration.ZERO));
        }
        return current;
    }

    /** The node leaves the election: its subscribers are removed. */
    synchronized void left() {
        subscribers.clear();
    }

    @Override
    public CompletionStage<Written> write(Leadership leadership, ByteString value) {
        return value.size() > MAX_BYTES
                ? answer(new Written.Refused(
                        "the value has " + value.size() + " bytes, and a register holds at most " + MAX_BYTES))
                : write(leadership, Optional.of(value));
    }

    @Override
    public CompletionStage<Written> clear(Leadership leadership) {
        return write(leadership, Optional.empty());
    }

    private synchronized CompletionStage<Written> write(Leadership leadership, Optional<ByteString> value) {
        if (!mayWrite.test(leadership)) {
            return answer(new Written.Refused("this node does not lead in that term, or no longer"));
        }
        if (isNextUnknown) {
            isNextUnknown = false;
            return answer(new Written.Unknown("the test says so"));
        }
        long token = leadership.fencingToken();
        long write = current.fencingToken() == token ? current.write() + 1 : 1;
        change(new Register(value, token, write, true, Duration.ZERO));
        return answer(new Written.Done(token, write));
    }

    private void change(Register next) {
        current = next;
        subscribers.forEach(subscriber -> subscriber.tell(next));
    }

    private <T> CompletionStage<T> answer(T value) {
        return CompletableFuture.supplyAsync(() -> value, system.executionContext());
    }

    @Override
    public synchronized Register latest() {
        return current;
    }

    @Override
    public synchronized CompletionStage<Register> read() {
        return answer(current);
    }

    @Override
    public synchronized void subscribe(ActorRef<Register> subscriber) {
        if (subscribers.add(subscriber)) {
            subscriber.tell(current);
        }
    }
}

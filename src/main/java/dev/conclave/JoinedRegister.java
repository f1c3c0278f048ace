package dev.conclave;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.util.ByteString;
import dev.conclave.core.ElectionName;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.RegisterValue;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.HeldRegister;
import dev.conclave.internal.peer.KnownLeader;
import dev.conclave.internal.peer.PeerCommand;
import dev.conclave.internal.runtime.ApplicationRecipient;
import dev.conclave.internal.runtime.CallerFutures;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The implementation of {@link ElectionRegister}: turns calls into messages to the peer's actor. */
final class JoinedRegister implements ElectionRegister {

    private final ElectionName name;
    private final ActorSystem<?> system;
    private final CallerFutures futures;
    private final Consumer<PeerCommand> peer;
    private final Supplier<KnownLeader> view;

    JoinedRegister(
            ElectionName name,
            ActorSystem<?> system,
            CallerFutures futures,
            Consumer<PeerCommand> peer,
            Supplier<KnownLeader> view) {
        this.name = name;
        this.system = system;
        this.futures = futures;
        this.peer = peer;
        this.view = view;
    }

    @Override
    public CompletionStage<Written> write(Leadership leadership, ByteString value) {
        if (value.size() > MAX_BYTES) {
            return CompletableFuture.completedFuture(new Written.Refused("the value has " + value.size()
                    + " bytes, and a register holds at most " + MAX_BYTES
                    + "; keep it in a database, fenced by the token of the leadership"));
        }
        return write(leadership, Optional.of(new RegisterValue(value.toArray())));
    }

    @Override
    public CompletionStage<Written> clear(Leadership leadership) {
        return write(leadership, Optional.empty());
    }

    private CompletionStage<Written> write(Leadership leadership, Optional<RegisterValue> value) {
        if (!leadership.election().equals(name.value())) {
            return CompletableFuture.completedFuture(new Written.Refused(
                    leadership + " is not one of election \"" + name + "\", whose register this is"));
        }
        return futures.<Effect, Written>ask(
                done -> peer.accept(new PeerCommand.WriteRegister(leadership.fencingToken(), value, done)),
                this::failEnded,
                this::written);
    }

    private Written written(Effect effect) {
        if (effect instanceof Effect.RegisterWritten written) {
            return new Written.Done(written.version().term(), written.version().count());
        }
        if (effect instanceof Effect.RegisterRefused refused) {
            return new Written.Refused(why(name, refused.why()));
        }
        return new Written.Unknown("the leadership ended before a majority was known to have stored the value");
    }

    /** Puts a refusal into words. */
    static String why(ElectionName name, Effect.RegisterRefusal refusal) {
        return switch (refusal) {
            case NOT_LEADER -> "this node does not lead \"" + name + "\" in that term, or no longer";
            case BUSY -> "too many writes of \"" + name + "\" wait; wait for the answers to earlier ones";
            case FULL ->
                "the registers of this node hold as many bytes as they may; clear some, or keep the state in a"
                        + " database, fenced by the token of the leadership";
            case REPLACED ->
                "an operator has replaced the value of \"" + name + "\", and this leadership ends; the next one begins"
                        + " with that value";
            case NOT_EMPTY -> "the register of \"" + name + "\" holds a value already";
        };
    }

    private void failEnded(CompletableFuture<?> asked, String why) {
        asked.completeExceptionally(
                new IllegalStateException("this node no longer takes part in \"" + name + "\": " + why));
    }

    @Override
    public Register latest() {
        KnownLeader known = view.get();
        Optional<RegisterEntry> truth = known.registerTruth();
        if (truth.isPresent()) {
            return truth(truth.get());
        }
        HeldRegister held = known.register();
        return shown(held.confirmed(), false, age(held));
    }

    private static Duration age(HeldRegister held) {
        return held.confirmedAt() == Long.MIN_VALUE
                ? Register.NEVER_HEARD
                : Duration.ofNanos(Math.max(0, System.nanoTime() - held.confirmedAt()));
    }

    static Register truth(RegisterEntry entry) {
        return shown(entry, true, Duration.ZERO);
    }

    private static Register shown(RegisterEntry entry, boolean isTruth, Duration age) {
        return new Register(
                entry.value().map(value -> ByteString.fromArrayUnsafe(value.toBytes())),
                entry.version().term(),
                entry.version().count(),
                isTruth,
                age);
    }

    @Override
    public CompletionStage<Register> read() {
        return futures.<RegisterEntry, Register>ask(
                done -> peer.accept(new PeerCommand.ReadRegister(done)), this::failEnded, JoinedRegister::truth);
    }

    @Override
    public void subscribe(ActorRef<Register> subscriber) {
        ApplicationRecipient<Register> to = new ApplicationRecipient<>(system, subscriber);
        peer.accept(new PeerCommand.SubscribeRegister(
                subscriber, (entry, isTruth) -> to.tell(shown(entry, isTruth, Duration.ZERO))));
    }
}

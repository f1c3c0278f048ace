package dev.conclave.internal.peer;

import dev.conclave.core.RegisterEntry;
import dev.conclave.core.RegisterValue;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.Input;
import dev.conclave.core.peer.Leader;
import dev.conclave.core.peer.Peer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The callers that write and read the register of one election on this node. The core does one write at a
 * time (U4); the next ones wait here. Used on the thread of the peer's actor.
 */
final class RegisterCalls {

    /** The maximum number of writes that wait. */
    static final int MOST_WAITING = 1_000;

    private final PeerEnvironment environment;
    private final Consumer<Input> step;
    private final Supplier<Peer> peer;
    private final Queue<Write> waiting = new ArrayDeque<>();
    private final Map<Long, CompletableFuture<RegisterEntry>> reads = new HashMap<>();
    private Optional<Write> write = Optional.empty();

    /** The last term in which an operator has replaced the value: the leader's own writes no longer count in it. */
    private long replacedIn;

    /** The operator's import that was done and has not yet ended its leadership. */
    private Optional<Import> replaced = Optional.empty();

    /** Not the numbers of an earlier life of the actor, to which an answer may still be on its way. */
    private long number = ThreadLocalRandom.current().nextLong() >>> 2;

    /**
     * A write that waits or is under way.
     *
     * @param imported present if an operator imports the value
     */
    private record Write(
            long term, Optional<RegisterValue> value, Optional<Import> imported, CompletableFuture<Effect> done) {}

    private record Import(boolean replaces, String by) {}

    /**
     * Creates an instance without callers.
     *
     * @param step makes a step of the peer
     * @param peer returns the peer after its last step
     */
    RegisterCalls(PeerEnvironment environment, Consumer<Input> step, Supplier<Peer> peer) {
        this.environment = environment;
        this.step = step;
        this.peer = peer;
    }

    void write(PeerCommand.WriteRegister command) {
        enqueue(new Write(command.term(), command.value(), Optional.empty(), command.done()));
    }

    /** Writes the value of an operator behind the writes that wait already. */
    void replace(PeerCommand.ImportRegister command) {
        OptionalLong leads = peer.get().leads();
        Write next = new Write(
                leads.orElse(0),
                command.value(),
                Optional.of(new Import(command.replaces(), command.by())),
                command.done());
        if (leads.isEmpty()) {
            refuse(next, Effect.RegisterRefusal.NOT_LEADER);
        } else {
            enqueue(next);
        }
    }

    private void enqueue(Write next) {
        if (waiting.size() >= MOST_WAITING) {
            refuse(next, Effect.RegisterRefusal.BUSY);
            return;
        }
        waiting.add(next);
        next();
    }

    private void next() {
        while (write.isEmpty() && !waiting.isEmpty()) {
            Write next = waiting.remove();
            Optional<Effect.RegisterRefusal> refusal = refusal(next);
            if (refusal.isPresent()) {
                refuse(next, refusal.get());
                continue;
            }
            write = Optional.of(next);
            step.accept(new Input.WriteRegister(next.term(), ++number, next.value()));
        }
    }

    private Optional<Effect.RegisterRefusal> refusal(Write next) {
        if (next.term() == replacedIn) {
            return Optional.of(Effect.RegisterRefusal.REPLACED);
        }
        if (next.imported().filter(wish -> !wish.replaces()).isPresent()
                && truth().filter(held -> held.value().isPresent()).isPresent()) {
            return Optional.of(Effect.RegisterRefusal.NOT_EMPTY);
        }
        return environment
                        .ballots()
                        .hasRoomFor(next.value().map(RegisterValue::size).orElse(0))
                ? Optional.empty()
                : Optional.of(Effect.RegisterRefusal.FULL);
    }

    private Optional<RegisterEntry> truth() {
        return peer.get().role() instanceof Leader leader ? leader.register().truth() : Optional.empty();
    }

    /** The cause of the import after which the leadership is to end; returned once. */
    Optional<String> replacedBy() {
        Optional<String> by = replaced.map(Import::by);
        replaced = Optional.empty();
        return by;
    }

    private void refuse(Write refused, Effect.RegisterRefusal why) {
        refused.done().complete(decided(new Effect.RegisterRefused(0, why)));
    }

    /** An answer that the core did not give is counted like one of the core. */
    private Effect decided(Effect answer) {
        environment
                .instruments()
                .decided(environment.election(), answer, environment.time().nanoTime());
        return answer;
    }

    void read(PeerCommand.ReadRegister command) {
        long id = ++number;
        reads.put(id, command.done());
        Duration patience = Duration.ofNanos(environment.current().settings().electionNanos());
        environment.time().after(patience, () -> fail(command.done()));
        reads.values().removeIf(CompletableFuture::isDone);
        step.accept(new Input.ReadRegister(id));
    }

    /** Adds a subscriber, which first receives what this node knows now. */
    void subscribe(PeerCommand.SubscribeRegister command) {
        if (environment.participants().add(command.whose(), command.subscriber())) {
            boolean leads = peer.get().leads().isPresent();
            command.subscriber()
                    .holds(
                            leads
                                    ? truth().orElse(RegisterEntry.NONE)
                                    : peer.get().register().confirmed(),
                            leads);
        }
    }

    /** Handles an effect; returns false for one that does not concern the register. */
    boolean carryOut(Effect effect, boolean leads) {
        if (effect instanceof Effect.RegisterChanged changed) {
            environment.participants().tellRegister(subscriber -> subscriber.holds(changed.entry(), leads));
        } else if (effect instanceof Effect.RegisterRead read) {
            answer(read);
        } else if (effect instanceof Effect.RegisterWritten
                || effect instanceof Effect.RegisterRefused
                || effect instanceof Effect.RegisterUnknown) {
            write.ifPresent(answered -> answer(answered, effect));
            write = Optional.empty();
        } else {
            return false;
        }
        return true;
    }

    /** Begins the next write, if none is under way; called after the effects of a step were carried out. */
    void stepped() {
        next();
    }

    private void answer(Write answered, Effect effect) {
        if (answered.imported().isPresent() && effect instanceof Effect.RegisterWritten) {
            replacedIn = answered.term();
            replaced = answered.imported();
        }
        answered.done().complete(effect);
    }

    private void answer(Effect.RegisterRead read) {
        CompletableFuture<RegisterEntry> done = reads.remove(read.id());
        if (done == null) {
            return;
        }
        read.truth().ifPresentOrElse(done::complete, () -> fail(done));
    }

    private void fail(CompletableFuture<?> done) {
        done.completeExceptionally(
                new IllegalStateException("no leader of \"" + environment.election() + "\" has answered; read again"));
    }

    /** The peer ends: a write that is under way may yet come to hold. */
    void lost(IllegalStateException why) {
        write.ifPresent(lost -> lost.done().complete(decided(new Effect.RegisterUnknown(0))));
        write = Optional.empty();
        waiting.forEach(lost -> refuse(lost, Effect.RegisterRefusal.NOT_LEADER));
        waiting.clear();
        reads.values().forEach(done -> done.completeExceptionally(why));
        reads.clear();
    }
}

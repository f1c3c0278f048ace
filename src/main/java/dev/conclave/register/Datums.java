package dev.conclave.register;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.Props;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.Behaviors;
import akka.util.ByteString;
import dev.conclave.Election;
import dev.conclave.ElectionRegister;
import dev.conclave.Leadership;
import dev.conclave.Register;
import dev.conclave.Written;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A small map in the register of one election: keys to values, {@value ElectionRegister#MAX_BYTES} bytes in all. Beyond that a
 * database is the right place, fenced by the token of the leadership.
 *
 * <p>Each write names the version that it replaces, so a writer that has not seen a later change is refused. All writes of the
 * register must go through one instance on the leader's node; each is durable at a majority before its answer. May be used from any
 * thread.
 */
public final class Datums {

    private final ElectionRegister register;
    private CompletionStage<?> last = CompletableFuture.completedFuture(null);

    private Datums(ElectionRegister register) {
        this.register = register;
    }

    /**
     * Opens the map in the register of an election.
     *
     * @param election the election
     * @return a new instance; use one for each election and node
     */
    public static Datums of(Election election) {
        return new Datums(election.register());
    }

    /**
     * Writes an entry.
     *
     * @param leadership a leadership of this node that holds
     * @param key the key, at most 200 bytes of UTF-8
     * @param value the value
     * @param expected the version that is replaced; {@link Datum#ABSENT} to create the entry
     * @return completes with the answer; {@link Written.Refused} if the entry has another version, or there is no room
     */
    public CompletionStage<Written> put(Leadership leadership, String key, ByteString value, long expected) {
        return change(leadership, key, expected, Optional.of(value));
    }

    /**
     * Removes an entry.
     *
     * @param leadership a leadership of this node that holds
     * @param key the key
     * @param expected the version that is removed
     * @return completes with the answer; {@link Written.Refused} if the entry has another version
     */
    public CompletionStage<Written> remove(Leadership leadership, String key, long expected) {
        return change(leadership, key, expected, Optional.empty());
    }

    /**
     * All entries as this node knows them: the truth on the node that leads, elsewhere a copy.
     *
     * @return an immutable snapshot
     */
    public Map<String, Datum> latest() {
        return DatumBytes.read(register.latest()).entries();
    }

    /**
     * All entries at the leader, from any node, see {@link ElectionRegister#read}.
     *
     * @return completes with an immutable snapshot
     */
    public CompletionStage<Map<String, Datum>> read() {
        return register.read().thenApply(truth -> DatumBytes.read(truth).entries());
    }

    /**
     * Tells an actor what a key holds, first now and then after each change, until the actor ends. Changes come in order; those
     * that follow each other quickly may come as one.
     *
     * @param system the actor system of this node
     * @param key the key
     * @param subscriber the actor
     */
    public void subscribe(ActorSystem<?> system, String key, ActorRef<DatumChanged> subscriber) {
        register.subscribe(
                system.systemActorOf(listener(key, subscriber), "conclave-datum-" + UUID.randomUUID(), Props.empty()));
    }

    private static Behavior<Register> listener(String key, ActorRef<DatumChanged> subscriber) {
        return Behaviors.setup(context -> {
            context.watch(subscriber);
            return listening(key, subscriber, Optional.empty());
        });
    }

    private static Behavior<Register> listening(
            String key, ActorRef<DatumChanged> subscriber, Optional<DatumChanged> told) {
        return Behaviors.receive(Register.class)
                .onMessage(Register.class, register -> {
                    DatumChanged now = new DatumChanged(
                            key,
                            Optional.ofNullable(
                                    DatumBytes.read(register).entries().get(key)));
                    if (told.filter(now::equals).isPresent()) {
                        return Behaviors.same();
                    }
                    subscriber.tell(now);
                    return listening(key, subscriber, Optional.of(now));
                })
                .onSignal(Terminated.class, ended -> Behaviors.stopped())
                .build();
    }

    /** Each change begins with what the one before it has left. */
    private synchronized CompletionStage<Written> change(
            Leadership leadership, String key, long expected, Optional<ByteString> value) {
        CompletionStage<Written> next = last.handle((done, failed) -> apply(leadership, key, expected, value))
                .thenCompose(answer -> answer);
        last = next;
        return next;
    }

    private CompletionStage<Written> apply(
            Leadership leadership, String key, long expected, Optional<ByteString> value) {
        Register now = register.latest();
        if (!now.isTruth()) {
            return refused("this node does not lead \"" + leadership.election() + "\"");
        }
        DatumBytes held = DatumBytes.read(now);
        long version =
                Optional.ofNullable(held.entries().get(key)).map(Datum::version).orElse(Datum.ABSENT);
        if (version != expected) {
            return refused("\"" + key + "\" has version " + version + ", not " + expected + "; read it again");
        }
        Map<String, Datum> entries = new TreeMap<>(held.entries());
        long revision = held.revision() + 1;
        value.ifPresentOrElse(bytes -> entries.put(key, new Datum(bytes, revision)), () -> entries.remove(key));
        return DatumBytes.write(revision, entries)
                .map(bytes -> register.write(leadership, bytes))
                .orElseGet(() -> refused("the map would have more than " + ElectionRegister.MAX_BYTES
                        + " bytes; keep it in a database, fenced by the token of the leadership"));
    }

    private static CompletionStage<Written> refused(String why) {
        return CompletableFuture.completedFuture(new Written.Refused(why));
    }
}

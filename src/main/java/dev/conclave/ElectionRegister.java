package dev.conclave;

import akka.actor.typed.ActorRef;
import akka.util.ByteString;
import java.util.concurrent.CompletionStage;

/**
 * The register of one election: a value of up to {@value #MAX_BYTES} bytes that outlives its leader. An election has one from its
 * first write on; until then it costs nothing. Larger state belongs into a database, fenced by the token.
 *
 * <p>The leader writes under its leadership. The next leader that is announced has the last write that was acknowledged to
 * anybody, or a later one that was issued; {@link Leadership#register()} has it before the leader does anything.
 *
 * <p>All methods may be called from any thread, and none blocks. Stages complete on the actor system's default dispatcher.
 */
public interface ElectionRegister {

    /** The maximum size of a value in bytes. */
    int MAX_BYTES = 65_536;

    /**
     * Writes a value. Writes of one node are done one at a time, in the order of the calls.
     *
     * @param leadership a leadership of this node in this election, while its lease lasts: also after it was told to end, until
     *     its users have stopped
     * @param value data, which Conclave never interprets
     * @return completes with the answer; fails only if this node no longer takes part
     */
    CompletionStage<Written> write(Leadership leadership, ByteString value);

    /**
     * Empties the register, as {@link #write} does.
     *
     * @param leadership as for a write
     * @return as for a write
     */
    CompletionStage<Written> clear(Leadership leadership);

    /**
     * The newest value that this node knows. On the node that leads it is the truth, on any other a copy, which is at most a
     * heartbeat old while the node hears its leader. Never an older value after a newer one, also while the node shuts down; when
     * it has left the election it soon knows nothing.
     *
     * @return immutable; call this method again to see later values
     */
    Register latest();

    /**
     * Asks the leader, from any node. Linearizable: the value is at least as new as every write that was done before the call.
     *
     * @return completes with the truth; fails with an {@link IllegalStateException} if no leader answers within an election
     *     timeout
     */
    CompletionStage<Register> read();

    /**
     * Sends the register to an actor until the actor ends or this node leaves the election: its current state, and each later one in order. Only values that a
     * majority has stored are sent. A slow actor misses values in between, but never gets an older one after a newer one.
     *
     * @param subscriber the actor
     */
    void subscribe(ActorRef<Register> subscriber);
}

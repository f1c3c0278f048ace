package dev.conclave.register;

import dev.conclave.ElectionRegister;
import dev.conclave.Leadership;
import dev.conclave.Register;
import dev.conclave.Written;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * A register whose values have a type. May be used from any thread.
 *
 * @param <T> the type of the values
 */
public final class TypedRegister<T> {

    private final ElectionRegister register;
    private final RegisterCodec<T> codec;

    private TypedRegister(ElectionRegister register, RegisterCodec<T> codec) {
        this.register = register;
        this.codec = codec;
    }

    /**
     * Creates a typed view of a register.
     *
     * @param <T> the type of the values
     * @param register the register
     * @param codec the codec; the same on all nodes
     * @return a new view
     */
    public static <T> TypedRegister<T> of(ElectionRegister register, RegisterCodec<T> codec) {
        return new TypedRegister<>(register, codec);
    }

    /**
     * Writes a value, see {@link ElectionRegister#write}.
     *
     * @param leadership a leadership of this node
     * @param value the value
     * @return completes with the answer
     */
    public CompletionStage<Written> write(Leadership leadership, T value) {
        return register.write(leadership, codec.encode(value));
    }

    /**
     * The content of the register when the leadership began.
     *
     * @param leadership a leadership of this node
     * @return empty if there was no value
     * @throws RuntimeException if the bytes are not a value of this type
     */
    public Optional<T> found(Leadership leadership) {
        return valueOf(leadership.register());
    }

    /**
     * The newest value that this node knows, see {@link ElectionRegister#latest}.
     *
     * @return empty if there is no value
     * @throws RuntimeException if the bytes are not a value of this type
     */
    public Optional<T> latest() {
        return valueOf(register.latest());
    }

    /**
     * Asks the leader, see {@link ElectionRegister#read}.
     *
     * @return completes with the truth; fails if no leader answers, or if the bytes are not a value of this type
     */
    public CompletionStage<Optional<T>> read() {
        return register.read().thenApply(this::valueOf);
    }

    /**
     * Decodes a snapshot, for example one that a subscriber has received.
     *
     * @param snapshot what the register held
     * @return empty if there was no value
     * @throws RuntimeException if the bytes are not a value of this type
     */
    public Optional<T> valueOf(Register snapshot) {
        return snapshot.value().map(codec::decode);
    }
}

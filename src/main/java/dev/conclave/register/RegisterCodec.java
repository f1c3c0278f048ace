package dev.conclave.register;

import akka.actor.typed.ActorSystem;
import akka.serialization.jackson.JacksonObjectMapperProvider;
import akka.util.ByteString;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.conclave.ElectionRegister;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * Translates between values of an application and the bytes of a register. Conclave itself never decodes a value.
 *
 * @param <T> the type of the values; immutable
 */
public interface RegisterCodec<T> {

    /**
     * Encodes a value.
     *
     * @param value the value
     * @return its bytes, at most {@value ElectionRegister#MAX_BYTES}
     */
    ByteString encode(T value);

    /**
     * Decodes what {@link #encode} returned, also of an earlier version of the application.
     *
     * @param bytes the bytes
     * @return the value
     * @throws RuntimeException if the bytes are not a value
     */
    T decode(ByteString bytes);

    /**
     * A codec that writes JSON by the Jackson of the actor system, with the settings of {@code akka.serialization.jackson}.
     *
     * @param <T> the type of the values
     * @param system the actor system
     * @param type the class of the values; a concrete one, without polymorphic fields of open type
     * @return a codec that may be used from any thread
     */
    static <T> RegisterCodec<T> jackson(ActorSystem<?> system, Class<T> type) {
        ObjectMapper mapper =
                JacksonObjectMapperProvider.get(system).getOrCreate("conclave-register", Optional.empty());
        return new RegisterCodec<>() {
            @Override
            public ByteString encode(T value) {
                try {
                    return ByteString.fromArrayUnsafe(mapper.writeValueAsBytes(value));
                } catch (IOException notJson) {
                    throw new UncheckedIOException(type.getName() + " cannot be written as JSON", notJson);
                }
            }

            @Override
            public T decode(ByteString bytes) {
                try {
                    return mapper.readValue(bytes.toArray(), type);
                } catch (IOException notJson) {
                    throw new UncheckedIOException("the register does not hold a " + type.getName(), notJson);
                }
            }
        };
    }
}

package dev.conclave.status;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Reads and writes the values of this package as JSON. Instants are written as in ISO 8601, in UTC; absent values are left out;
 * readers ignore fields that they do not know. Thread-safe.
 */
public final class StatusJson {

    private static final JsonSetter.Value EMPTY_IF_ABSENT = JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY);

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .addModule(new JavaTimeModule())
            .serializationInclusion(JsonInclude.Include.NON_ABSENT)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            // An older node does not send the lists that a newer one has.
            .withConfigOverride(List.class, list -> list.setSetterInfo(EMPTY_IF_ABSENT))
            .withConfigOverride(Map.class, map -> map.setSetterInfo(EMPTY_IF_ABSENT))
            .build();

    private StatusJson() {}

    /**
     * Writes a value.
     *
     * @param value a value of this package
     * @return one line of JSON
     */
    public static String write(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException impossible) {
            throw new IllegalArgumentException(value.getClass() + " is not a value of this package", impossible);
        }
    }

    /**
     * Reads a value.
     *
     * @param json what {@link #write} has written, also in another version
     * @param type a class of this package
     * @param <T> the type of the value
     * @return the value
     * @throws IOException if the text is not JSON, or not of such a value
     */
    public static <T> T read(String json, Class<T> type) throws IOException {
        try {
            T value = MAPPER.readValue(json, type);
            if (value == null) {
                throw new IOException("the answer is empty");
            }
            return value;
        } catch (JsonProcessingException wrong) {
            throw new IOException(
                    "the answer is not a " + type.getSimpleName() + ": " + wrong.getOriginalMessage(), wrong);
        }
    }
}

package dev.conclave.status;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/**
 * The register of one election with its value.
 *
 * @param version {@link NodeStatus#FORMAT_VERSION}
 * @param at when it was made
 * @param self the name of the node that answers
 * @param election the election
 * @param register what the node knows of it
 * @param base64 the bytes of the value; empty if the register is empty
 */
public record RegisterContent(
        int version, Instant at, String self, String election, RegisterCopy register, Optional<String> base64) {

    /**
     * The value as a text.
     *
     * @return empty if the register is empty, or its bytes are not UTF-8
     */
    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
    public Optional<String> text() {
        try {
            return base64.isEmpty()
                    ? Optional.empty()
                    : Optional.of(StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(Base64.getDecoder().decode(base64.get())))
                            .toString());
        } catch (CharacterCodingException | IllegalArgumentException notText) {
            return Optional.empty();
        }
    }
}

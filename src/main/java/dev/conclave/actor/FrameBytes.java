package dev.conclave.actor;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * The bytes of a {@link Frame} for an express lane: the very bytes that Akka's serialization makes of it, without the lookups
 * and the envelope that this does, which cost a fail-over as much as the journey.
 */
final class FrameBytes {

    private static final CBORFactory CBOR = new CBORFactory();

    private FrameBytes() {}

    static byte[] of(Frame frame) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator out = CBOR.createGenerator(bytes)) {
            FrameModule.Writer.write(frame.fields(), out);
        } catch (IOException cannotBe) {
            throw new UncheckedIOException("a frame could not be written to memory", cannotBe);
        }
        return bytes.toByteArray();
    }

    /** Empty if the bytes are no frame. Never throws, whatever they are, and takes no more memory than a few times theirs. */
    static Optional<Frame> read(byte[] bytes) {
        try (JsonParser in = CBOR.createParser(bytes)) {
            in.nextToken();
            return Optional.of(FrameModule.Reader.read(in));
        } catch (IOException | RuntimeException noFrame) {
            return Optional.empty();
        }
    }
}

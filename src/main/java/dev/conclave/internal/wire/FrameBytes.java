package dev.conclave.internal.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * The bytes of a {@link Frame} for an express lane: the same bytes as Akka's serialization produces, without its lookups and its
 * envelope, which take as long as the transfer in a fail-over.
 */
public final class FrameBytes {

    private static final CBORFactory CBOR = new CBORFactory();

    private FrameBytes() {}

    public static byte[] of(Frame frame) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator out = CBOR.createGenerator(bytes)) {
            FrameJacksonModule.Writer.write(frame.fields(), out);
        } catch (IOException cannotBe) {
            throw new UncheckedIOException("a frame could not be written to memory", cannotBe);
        }
        return bytes.toByteArray();
    }

    /** Parses a frame; empty if the bytes are not one. Never throws, and takes no more memory than a few times the bytes. */
    public static Optional<Frame> read(byte[] bytes) {
        try (JsonParser in = CBOR.createParser(bytes)) {
            in.nextToken();
            return Optional.of(FrameJacksonModule.Reader.read(in));
        } catch (IOException | RuntimeException noFrame) {
            return Optional.empty();
        }
    }
}

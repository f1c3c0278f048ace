package dev.conclave.lifeline;

import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/**
 * The only message on a lifeline, sent once by each side: the name of its node and its incarnation. The connecting side sends
 * first; the other side answers after it has read the whole handshake. An express lane begins with a handshake too, which is
 * not answered, and continues with frames ({@link AcceptedExpressLane}).
 *
 * <pre>
 * 4 bytes  "CLVL", "CLXL"  8 bytes  incarnation         n bytes  the peer id's text, in ASCII
 * 1 byte   version 1       2 bytes  n, from 1 to 263
 * </pre>
 *
 * @param peer the sender
 * @param incarnation its life
 */
record Handshake(PeerId peer, Incarnation incarnation) {

    private static final byte VERSION = 1;
    private static final int HEADER_BYTES = 15;

    /** The maximum length of a peer's name: a host of 255 characters in brackets, a colon and five digits. */
    private static final int MAX_PEER_BYTES = 263;

    static final int MAX_BYTES = HEADER_BYTES + MAX_PEER_BYTES;

    /** The purpose of a connection. */
    enum Purpose {
        /** A connection that ends when the process ends, and carries nothing else (R10). */
        LIFELINE(0x434c564c),
        /** A connection for urgent frames. */
        EXPRESS_LANE(0x434c584c);

        private final int magic;

        Purpose(int magic) {
            this.magic = magic;
        }
    }

    /** The bytes of a lifeline's handshake. */
    ByteBuffer encoded() {
        return encoded(Purpose.LIFELINE);
    }

    /** The bytes of the handshake. */
    ByteBuffer encoded(Purpose purpose) {
        byte[] text = peer.toString().getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(HEADER_BYTES + text.length)
                .putInt(purpose.magic)
                .put(VERSION)
                .putLong(incarnation.value())
                .putShort((short) text.length)
                .put(text)
                .flip();
    }

    /** Thrown when received bytes are not a handshake of a known version. */
    static final class NoHandshake extends IOException {
        private static final long serialVersionUID = 1;

        NoHandshake(String why) {
            super(why);
        }
    }

    /**
     * Assembles a handshake from pieces. Never reads beyond its last byte, never buffers more than {@link #MAX_BYTES}, and
     * rejects a wrong header before it waits for the rest.
     */
    static final class Reader {
        private final ByteBuffer bytes = ByteBuffer.allocate(MAX_BYTES).limit(HEADER_BYTES);
        private final Set<Purpose> welcome;

        /** Creates a reader that accepts handshakes of these purposes. */
        Reader(Set<Purpose> welcome) {
            this.welcome = welcome;
        }

        /** The purpose of the connection; only after its handshake was read. */
        Purpose purpose() {
            return purposeBy(bytes.getInt(0)).orElseThrow();
        }

        private Optional<Purpose> purposeBy(int magic) {
            return welcome.stream().filter(purpose -> purpose.magic == magic).findFirst();
        }

        /**
         * Reads available bytes.
         *
         * @return the handshake once its last byte was read, empty before
         * @throws EOFException if the stream ended first
         * @throws NoHandshake if the bytes are not the beginning of a handshake
         */
        Optional<Handshake> read(ReadableByteChannel from) throws IOException {
            while (true) {
                int n = from.read(bytes);
                if (n < 0) {
                    throw new EOFException("the stream ended before the handshake did");
                }
                if (bytes.hasRemaining()) {
                    return Optional.empty();
                }
                if (bytes.position() > HEADER_BYTES) {
                    return Optional.of(decoded());
                }
                bytes.limit(HEADER_BYTES + peerBytes());
            }
        }

        private int peerBytes() throws NoHandshake {
            if (purposeBy(bytes.getInt(0)).isEmpty()) {
                throw new NoHandshake("these bytes are not the handshake of a lifeline");
            }
            if (bytes.get(4) != VERSION) {
                throw new NoHandshake("version " + bytes.get(4) + " of the lifeline is unknown to this node");
            }
            int length = bytes.getShort(13);
            if (length < 1 || length > MAX_PEER_BYTES) {
                throw new NoHandshake("a peer id must not have " + length + " bytes");
            }
            return length;
        }

        private Handshake decoded() throws NoHandshake {
            String text =
                    new String(bytes.array(), HEADER_BYTES, bytes.position() - HEADER_BYTES, StandardCharsets.US_ASCII);
            try {
                return new Handshake(PeerId.parse(text), new Incarnation(bytes.getLong(5)));
            } catch (IllegalArgumentException e) {
                throw new NoHandshake("the peer id or the incarnation is not valid");
            }
        }
    }
}

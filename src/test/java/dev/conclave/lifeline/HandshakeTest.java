package dev.conclave.lifeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes of a handshake: a reader accepts a written handshake in pieces of any size, and refuses all other bytes. */
class HandshakeTest {

    private static final Handshake HELLO =
            new Handshake(PeerId.parse("[2001:db8::1]:25520"), new Incarnation(0x8000_0000_0000_0001L));

    @Test
    void aHandshakeOfVersion1HasFixedBytes() {
        assertThat(new Handshake(PeerId.parse("a:1"), new Incarnation(2))
                        .encoded()
                        .array())
                .containsExactly('C', 'L', 'V', 'L', 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 3, 'a', ':', '1');
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 15, 16, 300})
    void aHandshakeIsReadFromPiecesOfAnySize(int piece) throws IOException {
        Pieces channel = new Pieces(HELLO.encoded(), piece);
        Handshake.Reader reader = new Handshake.Reader(Set.of(Handshake.Purpose.LIFELINE));
        Optional<Handshake> read = Optional.empty();
        for (int i = 0; i < 100 && read.isEmpty(); i++) {
            read = reader.read(channel);
        }
        assertThat(read).contains(HELLO);
    }

    @Test
    void theLongestPeerIdFitsIntoAHandshake() throws IOException {
        Handshake longest = new Handshake(new PeerId("[:" + "f".repeat(254) + "]", 65535), new Incarnation(1));
        assertThat(new Handshake.Reader(Set.of(Handshake.Purpose.LIFELINE)).read(new Pieces(longest.encoded(), 1000)))
                .contains(longest);
    }

    @Test
    void noByteIsReadBeyondTheEndOfAHandshake() throws IOException {
        ByteBuffer more =
                ByteBuffer.allocate(200).put(HELLO.encoded()).put((byte) 7).flip();
        new Handshake.Reader(Set.of(Handshake.Purpose.LIFELINE)).read(new Pieces(more, 1000));
        assertThat(more.remaining()).isEqualTo(1);
    }

    @Test
    void aConnectionThatEndsInTheMiddleOfAHandshakeFails() {
        Pieces half = new Pieces(HELLO.encoded().limit(20), 8);
        Handshake.Reader reader = new Handshake.Reader(Set.of(Handshake.Purpose.LIFELINE));

        assertThatThrownBy(() -> {
                    for (int i = 0; i < 10; i++) {
                        assertThat(reader.read(half)).isEmpty();
                    }
                })
                .isInstanceOf(EOFException.class);
    }

    @Test
    void aWrongHandshakeHeaderIsRefusedBeforeTheRestArrives() {
        for (int i = 0; i < 5; i++) {
            refuses(HELLO.encoded().put(i, (byte) 99).limit(15), 0);
        }
        refuses(HELLO.encoded().putShort(13, (short) 0), 0);
        refuses(HELLO.encoded().putShort(13, (short) 264), 0);
        refuses(HELLO.encoded().putShort(13, (short) -1), 0);
    }

    @Test
    void aHandshakeWithInvalidFieldsIsRefused() {
        refuses(HELLO.encoded().putLong(5, 0), 0);
        refuses(HELLO.encoded().put(20, (byte) ' '), 0);
        refuses(HELLO.encoded().put(20, (byte) 0xff), 0);
    }

    @Test
    void randomBytesAreAHandshakeOrAreRefused() {
        for (int seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            ByteBuffer bytes = seed % 2 == 0 ? HELLO.encoded() : ByteBuffer.allocate(300);
            for (int i = 0; i <= seed % 5; i++) {
                bytes.put(random.nextInt(bytes.limit()), (byte) random.nextInt());
            }
            try {
                new Handshake.Reader(Set.of(Handshake.Purpose.LIFELINE))
                        .read(new Pieces(bytes, 1 + random.nextInt(300)));
            } catch (IOException e) {
                assertThat(e).isInstanceOfAny(Handshake.NoHandshake.class, EOFException.class);
            }
        }
    }

    private static void refuses(ByteBuffer bytes, int from) {
        assertThatThrownBy(() -> new Handshake.Reader(Set.of(Handshake.Purpose.LIFELINE))
                        .read(new Pieces(bytes.position(from), 1000)))
                .isInstanceOf(Handshake.NoHandshake.class);
    }

    /** Returns one piece for each read, with an empty read between two pieces, and then the end. */
    private static final class Pieces implements ReadableByteChannel {
        private final ByteBuffer bytes;
        private final int piece;
        private boolean pause;

        Pieces(ByteBuffer bytes, int piece) {
            this.bytes = bytes;
            this.piece = piece;
        }

        @Override
        public int read(ByteBuffer into) {
            pause = !pause;
            if (!pause && piece < 100) {
                return 0;
            }
            if (!bytes.hasRemaining()) {
                return -1;
            }
            int n = Math.min(piece, Math.min(bytes.remaining(), into.remaining()));
            for (int i = 0; i < n; i++) {
                into.put(bytes.get());
            }
            return n;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}

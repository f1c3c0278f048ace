package dev.conclave.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.util.ByteString;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.RegisterValue;
import dev.conclave.core.RegisterVersion;
import dev.conclave.core.peer.Message;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values of registers that do not fit into a frame. */
class RegisterPiecesTest {

    private static final int FRAME = 16 * 1024;

    private static Envelope store(long count, int bytes) {
        byte[] value = new byte[bytes];
        new Random(bytes).nextBytes(value);
        return new Envelope(
                SampleFrames.ORDERS,
                SampleFrames.HEADER.configuration(),
                new Message.StoreRegister(
                        new RegisterEntry(new RegisterVersion(9, count), Optional.of(new RegisterValue(value)))));
    }

    private static List<ParsedFrame.HeardBatch> sent(Envelope... envelopes) throws IOException {
        return sentIn(FRAME, envelopes);
    }

    private static List<ParsedFrame.HeardBatch> sentIn(int most, Envelope... envelopes) throws IOException {
        List<ParsedFrame.HeardBatch> heard = new ArrayList<>();
        for (Frame frame : WireFormat.toFrames(SampleFrames.HEADER, List.of(envelopes), most)) {
            byte[] bytes = SampleFrames.bytes(frame);
            assertThat(bytes.length).isLessThanOrEqualTo(most);
            heard.add((ParsedFrame.HeardBatch) WireFormat.read(SampleFrames.parse(bytes)));
        }
        return heard;
    }

    private static List<Envelope> joined(RegisterPieces pieces, List<ParsedFrame.Piece> arriving) {
        List<Envelope> whole = new ArrayList<>();
        for (ParsedFrame.Piece piece : arriving) {
            pieces.add("sender", SampleFrames.HEADER.configuration(), piece).ifPresent(whole::add);
        }
        return whole;
    }

    private static List<ParsedFrame.Piece> piecesOf(List<ParsedFrame.HeardBatch> batches) {
        List<ParsedFrame.Piece> pieces = new ArrayList<>();
        batches.forEach(batch -> pieces.addAll(batch.pieces()));
        return pieces;
    }

    @Test
    void aValueThatFitsIsNotSplit() throws IOException {
        List<ParsedFrame.HeardBatch> heard = sent(store(1, 10_000));
        assertThat(heard).hasSize(1);
        assertThat(heard.get(0).envelopes()).containsExactly(store(1, 10_000));
        assertThat(heard.get(0).pieces()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {16_384, 40_000, 65_536})
    void piecesAreJoinedInAnyOrder(int bytes) throws IOException {
        List<ParsedFrame.Piece> pieces = piecesOf(sent(store(1, bytes)));
        assertThat(pieces).hasSizeGreaterThan(1);
        assertThat(joined(new RegisterPieces(), pieces)).containsExactly(store(1, bytes));
        Collections.reverse(pieces);
        assertThat(joined(new RegisterPieces(), pieces)).containsExactly(store(1, bytes));
    }

    @Test
    void theRestOfACopyInSmallFramesIsJoinedWithACopyInLargerFrames() throws IOException {
        Envelope whole = store(1, RegisterValue.MAX_BYTES);
        List<ParsedFrame.Piece> lane = piecesOf(sent(whole));
        List<ParsedFrame.Piece> artery = piecesOf(sentIn(2 * FRAME + 1_000, whole));
        for (ParsedFrame.Piece lost : lane) {
            for (ParsedFrame.Piece alsoLost : artery) {
                List<ParsedFrame.Piece> arriving = new ArrayList<>(lane);
                arriving.remove(lost);
                arriving.addAll(artery);
                arriving.remove(alsoLost);
                boolean everyByteArrives = lost.place() + lost.bytes().size() <= alsoLost.place()
                        || lost.place() >= alsoLost.place() + alsoLost.bytes().size();
                Collections.shuffle(arriving, new Random(lost.place()));
                assertThat(joined(new RegisterPieces(), arriving).contains(whole))
                        .as("lost at %s and at %s", lost.place(), alsoLost.place())
                        .isEqualTo(everyByteArrives);
            }
        }
    }

    @Test
    void aMessageInMorePiecesThanTwoCopiesHaveIsForgotten() {
        RegisterPieces pieces = new RegisterPieces();
        ByteString half = ByteString.fromArray(new byte[RegisterValue.MAX_BYTES / 2]);
        Map<String, Object> common = Map.of("z", (long) RegisterValue.MAX_BYTES);
        for (int place = 1; place <= 8; place++) {
            pieces.add("sender", 0, new ParsedFrame.Piece(common, RegisterValue.MAX_BYTES, place, half));
        }
        assertThat(pieces.incompleteMessages()).isOne();
        pieces.add("sender", 0, new ParsedFrame.Piece(common, RegisterValue.MAX_BYTES, 9, half));
        assertThat(pieces.incompleteMessages()).isZero();
    }

    @Test
    void piecesOfSeveralMessagesAreNotMixed() throws IOException {
        List<ParsedFrame.Piece> pieces = piecesOf(sent(store(1, 40_000), store(2, 40_000), store(3, 50_000)));
        Collections.shuffle(pieces, new Random(3));
        assertThat(joined(new RegisterPieces(), pieces))
                .containsExactlyInAnyOrder(store(1, 40_000), store(2, 40_000), store(3, 50_000));
    }

    @Test
    void aPieceThatArrivesTwiceDoesNoHarmAndOneThatIsLostIsWaitedFor() throws IOException {
        List<ParsedFrame.Piece> pieces = piecesOf(sent(store(1, 40_000)));
        RegisterPieces joiner = new RegisterPieces();
        ParsedFrame.Piece last = pieces.remove(pieces.size() - 1);
        assertThat(joined(joiner, pieces)).isEmpty();
        assertThat(joined(joiner, pieces)).isEmpty();
        assertThat(joined(joiner, List.of(last))).containsExactly(store(1, 40_000));
    }

    @Test
    void onlySoManyIncompleteMessagesAreKept() throws IOException {
        RegisterPieces joiner = new RegisterPieces();
        List<ParsedFrame.Piece> first = piecesOf(sent(store(0, 40_000)));
        assertThat(joined(joiner, first.subList(1, first.size()))).isEmpty();
        for (int count = 1; count <= RegisterPieces.MOST; count++) {
            assertThat(joined(joiner, piecesOf(sent(store(count, 40_000))).subList(1, 2)))
                    .isEmpty();
        }
        assertThat(joined(joiner, first.subList(0, 1))).isEmpty();
    }

    private static ParsedFrame.Piece piece(long size, long place, int bytes) {
        return RegisterPieces.read(
                new FrameFields(Map.of("z", size, "o", place, "b", ByteString.fromArray(new byte[bytes]))));
    }

    @ParameterizedTest
    @CsvSource({
        "65537,     0, 2000", "65536,     0,    0", "65536,     0, 1023", "65536, 65535,    0",
        "65536,    -1, 1024", "65536, 64513, 1024", " 2000,  1000, 1024", "   -1,     0, 1024",
        "-9223372036854775808, 0, 1024", "-9223372036854775808, 9223372036854774784, 1024"
    })
    void aPieceOfSuchASizeOrPlaceIsRefused(long size, long place, int bytes) {
        assertThatThrownBy(() -> piece(size, place, bytes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a piece of " + bytes + " bytes at " + place + " of " + size);
    }

    @ParameterizedTest
    @CsvSource({"65536, 0, 1024", "65536, 64512, 1024", "65536, 65535, 1", "1, 0, 1"})
    void aPieceOfSuchASizeAndPlaceIsRead(long size, long place, int bytes) {
        ParsedFrame.Piece read = piece(size, place, bytes);
        assertThat(List.of(read.size(), read.place())).containsExactly(size, place);
        assertThat(read.bytes().size()).isEqualTo(bytes);
    }
}

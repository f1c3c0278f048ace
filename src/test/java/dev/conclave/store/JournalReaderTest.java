package dev.conclave.store;

import static dev.conclave.store.Samples.HEAD;
import static dev.conclave.store.Samples.ORDERS;
import static dev.conclave.store.Samples.accepted;
import static dev.conclave.store.Samples.identity;
import static dev.conclave.store.Samples.vote;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.core.Ballot;
import dev.conclave.core.PeerId;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.RegisterValue;
import dev.conclave.core.RegisterVersion;
import dev.conclave.core.electorate.StoredElectorate;
import dev.conclave.core.node.JournalHead;
import dev.conclave.store.JournalEntry.OfBallot;
import dev.conclave.store.JournalEntry.OfElectorate;
import dev.conclave.store.JournalEntry.OfFloor;
import dev.conclave.store.JournalEntry.OfHead;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Journals with valid checksums and invalid contents are refused. */
class JournalReaderTest {

    private static final int LENGTH = 8 * SectorFormat.SIZE;

    private static final byte[] ELECTORATE = ElectorateBytes.of(HEAD.electorate());

    private final List<byte[]> records = new ArrayList<>();

    private JournalReaderTest with(int number, int forced, JournalEntry entry) {
        records.add(SectorFormat.encode(entry, number, forced));
        return this;
    }

    private byte[] file(int beginning) {
        return file(SectorFormat.VERSION, beginning);
    }

    private byte[] file(int version, int beginning) {
        ByteBuffer file = ByteBuffer.allocate(LENGTH);
        SectorFormat.putTitle(file, new SectorFormat.Title(version, LENGTH, beginning));
        SectorFormat.put(file, 0, SectorFormat.SIZE, records);
        return file.array();
    }

    private void isRefused(int beginning, String why) {
        assertThatThrownBy(() -> JournalReader.read(Path.of("data/journal"), file(beginning)))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("data/journal: damaged at byte ")
                .hasMessageContaining(why);
    }

    /** A head that is followed by so many bytes of an electorate; without any its electorate is empty. */
    private static OfHead head(int electorateBytes) {
        return new OfHead(HEAD.self(), HEAD.identity(), HEAD.starts(), electorateBytes);
    }

    private static OfElectorate electorate(int from, int length) {
        return new OfElectorate(ByteBuffer.wrap(ELECTORATE, from, length).slice());
    }

    private static OfBallot ballot(long term) {
        return new OfBallot(ORDERS, Ballot.learned(term));
    }

    @Test
    void aValidJournalIsRead() {
        with(1, 0, head(ELECTORATE.length))
                .with(2, 0, electorate(0, 7))
                .with(3, 0, electorate(7, ELECTORATE.length - 7))
                .with(4, 3, ballot(1));
        JournalReader.Found found = JournalReader.read(Path.of("journal"), file(3));
        assertThat(found.state().head()).isEqualTo(HEAD);
        assertThat(found.state().ballots()).isEqualTo(Map.of(ORDERS, Ballot.learned(1)));
    }

    /** If this fails, existing journals cannot be read any more, and the format needs a new version. */
    @Test
    void theBytesOfAJournalDoNotChangeWithinAVersion() {
        JournalContents state = new JournalContents(accepted(HEAD, 3));
        state.put(ORDERS, vote(3));
        state.put(ORDERS, new RegisterEntry(new RegisterVersion(3, 1), Optional.of(new RegisterValue(new byte[] {
            0x78, 0x79, 0x7a
        }))));
        JournalEntry.of(state).forEach(entry -> with(records.size() + 1, 0, entry));
        byte[] file = file(records.size());
        assertThat(HexFormat.of().formatHex(file, 0, 24)).isEqualTo("434f4e434c41564500000001027a00dc0000100000000006");
        assertThat(records.stream().map(HexFormat.of()::formatHex))
                .containsExactly(
                        "c3010033ffcc576ed0990000000100000000000831302e302e302e3109f79f86d081884c7d65000000000000"
                                + "0001000001bba5",
                        "c30201a3fe5cf6af0d880000000200000000000000003b9aca0000000000000000032468acf13579bde20000"
                                + "00000000004d00013f2a000000009c410000000000000000000005f5e100000000003b9aca003f847ae147ae"
                                + "147b0003000831302e302e302e3109f79f86d081884c7d65000831302e302e302e3209f72468acf13579bde2"
                                + "000d5b323030313a6462383a3a315d09f7369d0369d0369cd300000001000000000000000000000000000d31"
                                + "302e302e302e313a323535310007666f756e6465640100000000000000032468acf13579bde2000000000000"
                                + "004d3f2a000000009c410000000000010000000005f5e100000000003b9aca003f847ae147ae147b00020008"
                                + "31302e302e302e3109f79f86d081884c7d65000831302e302e302e3209f72468acf13579bde2000300083130"
                                + "2e302e302e3109f79f86d081884c7d65000831302e302e302e3209f72468acf13579bde2000d5b323030313a"
                                + "6462383a3a315d09f7369d0369d0369cd30002000000000000000000000000000d31302e302e302e313a3235"
                                + "35310007666f756e6465640000000100000000000004a5",
                        "c302003effc13a5efc460000000300000000d2000c746865206f70657261746f72001a72656d6f766564205b"
                                + "323030313a6462383a3a315d3a32353531a5",
                        "c3040035ffcae54a337a000000040000000000066f7264657273000000000000000301000d5b323030313a64"
                                + "62383a3a315d09f7a5",
                        "c306002fffd0aba54d6c000000050000000000066f7264657273000000000000000300000000000000010000"
                                + "0003a5",
                        "c3070016ffe9518d4184000000060000000078797aa5");
    }

    @Test
    void anotherVersionIsNamedAndIsNotReportedAsDamage() {
        with(1, 0, head(0));
        assertThatThrownBy(() -> JournalReader.read(Path.of("data/journal"), file(7, 1)))
                .isInstanceOf(StoreException.class)
                .hasMessage(
                        "data/journal: the journal is of version 7, this Conclave reads version 1; start the version"
                                + " of Conclave that wrote it");
    }

    // ---- the floor under forgotten ballots

    @Test
    void aFloorStandsForTheForgottenBallots() {
        with(1, 0, head(0)).with(2, 0, new OfFloor(7)).with(3, 0, ballot(2));
        JournalContents state = JournalReader.read(Path.of("journal"), file(3)).state();
        assertThat(state.floor()).isEqualTo(7);
        assertThat(state.ballot(ORDERS)).isEqualTo(Ballot.learned(2));
        assertThat(state.ballot(Samples.STOCK)).isEqualTo(Ballot.learned(7));
    }

    /** Ballots are forgotten only by writing a new journal, which begins with the floor. */
    @Test
    void aFloorThatIsAppendedOrFollowsAnotherIsRefused() {
        with(1, 0, head(0)).with(2, 0, new OfFloor(7)).with(3, 0, new OfFloor(8));
        isRefused(3, "a floor may stand only at the beginning of a journal, and only once");
        isRefused(1, "a floor may stand only at the beginning of a journal, and only once");
    }

    @Test
    void aFloorThatIsNotAValidTermIsRefused() {
        for (long term : new long[] {0, -1, Ballot.MAX_TERM + 1}) {
            assertThatThrownBy(() -> new OfFloor(term)).hasMessageContaining("a floor of " + term);
        }
    }

    /** If this fails, existing journals cannot be read any more. */
    @Test
    void theBytesOfAFloorDoNotChange() {
        with(1, 0, new OfFloor(0x1234));
        assertThat(HexFormat.of().formatHex(records.get(0)))
                .isEqualTo("c305001bffe40172305100000001000000000000000000001234a5");
    }

    @Test
    void anImpossibleJournalLengthIsRefused() {
        byte[] odd = Arrays.copyOf(with(1, 0, head(0)).file(1), LENGTH + 100);
        SectorFormat.putTitle(ByteBuffer.wrap(odd), new SectorFormat.Title(SectorFormat.VERSION, odd.length, 1));
        assertThatThrownBy(() -> JournalReader.read(Path.of("data/journal"), odd))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("the file was created 4196 bytes long, which is not a journal's length");
    }

    /** The title states a length of two gigabytes; the reader does not allocate them. */
    @Test
    void missingZerosTakeNoMemory() {
        byte[] file = with(1, 0, head(0)).file(1);
        int claimed = Integer.MAX_VALUE / SectorFormat.SIZE * SectorFormat.SIZE;
        SectorFormat.putTitle(ByteBuffer.wrap(file), new SectorFormat.Title(SectorFormat.VERSION, claimed, 1));
        JournalReader.Found found = JournalReader.read(Path.of("journal"), file);
        assertThat(found.state().head().identity()).isEqualTo(HEAD.identity());
        assertThat(found.shortened()).isEqualTo(claimed - LENGTH);
    }

    @Test
    void aMissingHeadIsRefused() {
        isRefused(0, "record 1 of the 0 with which the journal began is missing");
        isRefused(1, "record 1 of the 1");
        with(1, 0, ballot(1)).isRefused(1, "a journal begins with a head");
    }

    @Test
    void aLaterHeadReplacesTheOneBefore() {
        with(1, 0, head(0))
                .with(2, 1, ballot(1))
                .with(3, 2, head(ELECTORATE.length))
                .with(4, 2, electorate(0, 7))
                .with(5, 2, electorate(7, ELECTORATE.length - 7))
                .with(6, 5, ballot(2));
        JournalReader.Found found = JournalReader.read(Path.of("journal"), file(1));
        assertThat(found.state().head()).isEqualTo(HEAD);
        assertThat(found.state().ballots()).isEqualTo(Map.of(ORDERS, Ballot.learned(2)));
        assertThat(found.cut()).isZero();
    }

    /** A crash cut its batch off, so it was never acknowledged. */
    @Test
    void aLaterHeadThatIsNotCompleteIsCutOff() {
        with(1, 0, head(0)).with(2, 1, head(ELECTORATE.length)).with(3, 1, electorate(0, 7));
        JournalReader.Found found = JournalReader.read(Path.of("journal"), file(1));
        assertThat(found.state().head().electorate()).isEqualTo(StoredElectorate.EMPTY);
        assertThat(found.cut()).isEqualTo(1);
    }

    @Test
    void aLaterHeadWhoseBytesAreMissingBeforeAnotherRecordIsRefused() {
        with(1, 0, head(0))
                .with(2, 1, head(ELECTORATE.length))
                .with(3, 1, electorate(0, ELECTORATE.length - 5))
                .with(4, 3, ballot(1))
                .isRefused(1, "5 bytes of the electorate are missing");
    }

    @Test
    void aLaterHeadThatIsNotOfThisStartIsRefused() {
        List<OfHead> others = List.of(
                head(0),
                new OfHead(new PeerId("10.9.9.9", 1), HEAD.identity(), HEAD.starts(), 7),
                new OfHead(HEAD.self(), identity(99), HEAD.starts(), 7),
                new OfHead(HEAD.self(), HEAD.identity(), HEAD.starts() + 1, 7));
        for (OfHead other : others) {
            new JournalReaderTest()
                    .with(1, 0, head(0))
                    .with(2, 1, other)
                    .isRefused(1, "a head that is not of this start of the node follows another one");
        }
    }

    @Test
    void aBeginningThatIsNotCompleteIsRefused() {
        with(1, 0, head(0)).with(2, 0, new OfFloor(7)).isRefused(3, "record 3 of the 3");
    }

    @Test
    void aBeginningWithAGapIsRefused() {
        with(1, 0, head(0)).with(3, 0, new OfFloor(7)).isRefused(3, "record 2 of the 3");
    }

    @Test
    void aGapBeforeAForcedRecordIsRefused() {
        with(1, 0, head(0)).with(3, 2, ballot(2)).isRefused(1, "record 2 is missing, though record 2");
    }

    @Test
    void aGapWithinOneWriteIsCutOff() {
        with(1, 0, head(0)).with(3, 1, ballot(2)).with(4, 1, ballot(3));
        JournalReader.Found found = JournalReader.read(Path.of("journal"), file(1));
        assertThat(found.cut()).isEqualTo(2);
        assertThat(found.state().ballots()).isEmpty();
    }

    @Test
    void recordNumbersThatDoNotRiseAreRefused() {
        with(1, 0, head(0)).with(1, 0, ballot(1)).isRefused(1, "record 1 (forced 0) follows record 1");
    }

    @Test
    void aRecordThatWasForcedBeforeItWasWrittenIsRefused() {
        with(1, 0, head(0)).with(2, 2, ballot(1)).isRefused(1, "record 2 (forced 2)");
    }

    @Test
    void ruleS2_aBallotThatGoesBackIsRefused() {
        with(1, 0, head(0))
                .with(2, 0, ballot(4))
                .with(3, 0, new OfBallot(ORDERS, vote(4)))
                .isRefused(3, "term 0.4 follows term 0.4");
    }

    @Test
    void recordsOfAnUnknownKindOrAWrongLengthAreRefused() {
        isRefused(9, new byte[3], "no records of kind 9");
        isRefused(3, new byte[3], "no records of kind 3");
        isRefused(5, new byte[] {0, 0, 0, 0, 0, 0, 0, 1, 0, 0}, "2 bytes too long");
        isRefused(
                1,
                new byte[] {0, 1, 'a', 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
                "starts are out");
        isRefused(4, new byte[] {0, 9, 'a'}, "BufferUnderflow");
        isRefused(4, new byte[] {0, 1, 'a', 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 1, ' ', 0, 1}, "is not a host name");
        isRefused(4, new byte[] {0, 1, 'a', 0, 0, 0, 0, 0, 0, 0, 1, 2}, "a flag must be 0 or 1, not 2");
    }

    // ---- the electorate

    @Test
    void anElectorateThatIsNotCompleteIsRefused() {
        with(1, 0, head(ELECTORATE.length))
                .with(2, 0, electorate(0, ELECTORATE.length - 5))
                .isRefused(2, "5 bytes of the electorate are missing");
    }

    @Test
    void anElectorateWithMoreBytesThanItsHeadSaysIsRefused() {
        with(1, 0, head(ELECTORATE.length - 1))
                .with(2, 0, electorate(0, ELECTORATE.length))
                .isRefused(2, "the electorate has more bytes than the head says");
        new JournalReaderTest()
                .with(1, 0, head(0))
                .with(2, 0, electorate(0, 1))
                .isRefused(2, "the electorate has more bytes than the head says");
    }

    /** The head claims two gigabytes; the reader does not allocate them. */
    @Test
    void anElectorateOfAnImpossibleLengthIsRefusedAndTakesNoMemory() {
        for (int bytes : new int[] {-1, Integer.MIN_VALUE, LENGTH + 1, Integer.MAX_VALUE}) {
            new JournalReaderTest()
                    .with(1, 0, head(bytes))
                    .isRefused(1, "an electorate of " + bytes + " bytes is out of range");
        }
    }

    @Test
    void anElectorateWithInvalidContentsIsRefusedAndNamed() {
        byte[] negative = ELECTORATE.clone();
        negative[0] = (byte) 0x80;
        with(1, 0, head(negative.length))
                .with(2, 0, new OfElectorate(ByteBuffer.wrap(negative)))
                .isRefused(2, "the electorate is not valid (an election timeout of -");
        new JournalReaderTest()
                .with(1, 0, head(20))
                .with(2, 0, electorate(0, 20))
                .isRefused(2, "the electorate is not valid");
    }

    @Test
    void aHeadWithoutAnElectorateIsThatOfANewDirectory() {
        with(1, 0, head(0));
        JournalHead found =
                JournalReader.read(Path.of("journal"), file(1)).state().head();
        assertThat(found.electorate()).isEqualTo(StoredElectorate.EMPTY);
    }

    private static void isRefused(int kind, byte[] said, String why) {
        JournalReaderTest journal = new JournalReaderTest().with(1, 0, head(0));
        journal.records.add(SectorFormat.encode(kind, ByteBuffer.wrap(said), 2, 0));
        journal.isRefused(2, why);
    }
}

package dev.conclave.store;

import static dev.conclave.store.Samples.FOUNDED;
import static dev.conclave.store.Samples.HEAD;
import static dev.conclave.store.Samples.accepted;
import static dev.conclave.store.Samples.get;
import static dev.conclave.store.Samples.identity;
import static dev.conclave.store.Samples.keep;
import static dev.conclave.store.Samples.promised;
import static dev.conclave.store.Samples.withoutCleo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.PeerId;
import dev.conclave.core.Quorum;
import dev.conclave.core.Settings;
import dev.conclave.core.Terms;
import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.electorate.Configuration.Origin;
import dev.conclave.core.electorate.RoundBallot;
import dev.conclave.core.electorate.StoredElectorate;
import dev.conclave.core.electorate.StoredElectorate.Acceptance;
import dev.conclave.core.node.JournalHead;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The electorate in the journal: every state that a node may have is read as it was written, and other bytes are refused. */
class ElectorateBytesTest {

    /** The bytes of the journal before the place at which a configuration of it begins: E, promise, founder and the flags. */
    private static final int BEFORE_THE_CONFIGURATION = 8 + 24 + 1 + 1;

    @TempDir
    Path directory;

    /** The most voters, with the longest names, and the longest history. */
    private static Configuration longest(int number) {
        Map<PeerId, DirectoryIdentity> named = new TreeMap<>();
        for (int i = 0; i < Quorum.MAX_VOTERS; i++) {
            named.put(new PeerId("[:" + "a".repeat(252) + (10 + i) + "]", 65_535), new DirectoryIdentity(-1 - i));
        }
        List<Origin> history = IntStream.range(0, Configuration.MAX_HISTORY)
                .mapToObj(i -> new Origin(
                        number, Long.MAX_VALUE, "b".repeat(Configuration.MAX_TEXT), "w".repeat(Configuration.MAX_TEXT)))
                .toList();
        return new Configuration(
                Long.MIN_VALUE,
                LongStream.rangeClosed(1, Configuration.MAX_FORMER).boxed().toList(),
                number,
                named,
                named,
                new Settings(List.copyOf(named.keySet()), 200_000_000, 1_000_000_000, 0.01),
                history);
    }

    private static StoredElectorate longestElectorate() {
        RoundBallot ballot = new RoundBallot(Long.MAX_VALUE, new DirectoryIdentity(-1), Long.MIN_VALUE);
        return new StoredElectorate(
                Optional.of(longest(Terms.MAX_CONFIGURATION - 1)),
                Long.MAX_VALUE,
                ballot,
                Optional.of(new Acceptance(ballot, longest(Terms.MAX_CONFIGURATION))),
                Optional.of(new DirectoryIdentity(-1)));
    }

    private static StoredElectorate read(byte[] bytes) {
        return ElectorateBytes.read(ByteBuffer.wrap(bytes));
    }

    @Test
    void eachStateIsReadAsItWasWritten() {
        StoredElectorate founding =
                new StoredElectorate(Optional.empty(), 0, RoundBallot.NONE, Optional.empty(), Optional.of(identity(7)));
        List<StoredElectorate> all = List.of(
                StoredElectorate.EMPTY,
                founding,
                founding.storing(FOUNDED),
                HEAD.electorate(),
                promised(HEAD, 5).electorate(),
                accepted(HEAD, 6).electorate(),
                withoutCleo(accepted(HEAD, 6)).electorate(),
                StoredElectorate.EMPTY.storing(FOUNDED.forced(List.of(HEAD.self()), 77, 5, 4711, 1, "the operator")),
                HEAD.electorate().withLongestElection(6_000_000_000L),
                longestElectorate());
        assertThat(all)
                .allSatisfy(electorate ->
                        assertThat(read(ElectorateBytes.of(electorate))).isEqualTo(electorate));
    }

    @Test
    void aPrefixOfAnElectorateIsRefusedAtEveryLength() {
        byte[] bytes = ElectorateBytes.of(accepted(HEAD, 6).electorate());
        for (int length = 0; length < bytes.length; length++) {
            byte[] prefix = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> read(prefix))
                    .as("%d bytes", length)
                    .isInstanceOfAny(BufferUnderflowException.class, IllegalArgumentException.class);
        }
    }

    @Test
    void anElectorateThatIsTooLongIsRefused() {
        byte[] bytes = ElectorateBytes.of(HEAD.electorate());
        assertThatThrownBy(() -> read(Arrays.copyOf(bytes, bytes.length + 3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the electorate is 3 bytes too long");
    }

    @Test
    void valuesThatNoConfigurationHasAreRefused() {
        byte[] good = ElectorateBytes.of(HEAD.electorate());
        int group = BEFORE_THE_CONFIGURATION;
        int former = group + 8;
        int number = former + 2;
        int heartbeat = number + 4;
        int voters = heartbeat + 24;
        assertRefused(with(good, 8, (byte) 0x80), "a ballot's counter of -");
        assertRefused(with(good, 32, (byte) 2), "a flag must be 0 or 1, not 2");
        assertRefused(with(good, group, new byte[8]), "configuration 0 of group 0 is out of range");
        assertRefused(with(good, number, (byte) 0x80), "is out of range");
        assertRefused(with(good, number, (byte) 0, (byte) 0x10), "configuration 1048576 of group");
        assertRefused(with(good, former, (byte) 0, (byte) 17), "17 entries are not between 0 and 16");
        assertRefused(with(good, heartbeat, (byte) 0x80), "");
        assertRefused(with(good, voters, (byte) 0, (byte) 64), "64 entries are not between 0 and 63");
        assertRefused(with(good, voters, (byte) 0xff), "entries are not between 0 and 63");
        assertRefused(with(good, voters, (byte) 0, (byte) 0), "");
    }

    private static void assertRefused(byte[] bytes, String why) {
        assertThatThrownBy(() -> read(bytes))
                .isInstanceOfAny(BufferUnderflowException.class, IllegalArgumentException.class)
                .satisfies(refused ->
                        assertThat(String.valueOf(refused.getMessage())).contains(why));
    }

    private static byte[] with(byte[] good, int at, byte... other) {
        byte[] bytes = good.clone();
        System.arraycopy(other, 0, bytes, at, other.length);
        return bytes;
    }

    @Test
    void theLongestElectorateSurvivesARestart() {
        JournalHead longest = HEAD.with(longestElectorate());
        try (FileNodeStore store = FileNodeStore.open(directory, keep())) {
            get(store.saveHead(longest));
            get(store.save(Samples.ORDERS, Samples.vote(1)));
        }
        try (FileNodeStore store = FileNodeStore.open(directory, keep())) {
            assertThat(store.head()).isEqualTo(longest);
            assertThat(store.ballots()).containsEntry(Samples.ORDERS, Samples.vote(1));
        }
    }
}

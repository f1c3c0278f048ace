package dev.conclave.core;

import static dev.conclave.core.TestValues.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.conclave.core.electorate.RoundBallot;
import dev.conclave.core.electorate.StoredElectorate;
import dev.conclave.core.node.Hello;
import dev.conclave.core.node.JournalHead;
import dev.conclave.core.peer.Message;
import java.util.Collections;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Constructors refuse invalid values. */
class ValuesTest {

    // ---- names of elections

    @ParameterizedTest
    @ValueSource(strings = {"orders", " ", "a/b:c", "Aufträge", "注文", "🙂", "\u0000"})
    void anElectionNameMayBeAnyText(String name) {
        assertThat(new ElectionName(name).value()).isEqualTo(name);
        assertThat(new ElectionName(name)).hasToString(PrintableText.of(name));
    }

    @Test
    void anElectionNameTakesBetweenOneAndTwoHundredBytes() {
        assertThatCode(() -> new ElectionName("x".repeat(200))).doesNotThrowAnyException();
        assertThatCode(() -> new ElectionName("ä".repeat(100))).doesNotThrowAnyException();
        refuses(() -> new ElectionName(""), "is empty", "1 to 200 bytes");
        refuses(() -> new ElectionName("x".repeat(201)), "takes 201 bytes", "at most 200", "xxx…");
        refuses(() -> new ElectionName("ä".repeat(101)), "takes 202 bytes");
        refuses(() -> new ElectionName("half \uD83D"), "half a surrogate pair");
    }

    @Test
    void electionNamesHaveAnOrder() {
        assertThat(new ElectionName("a")).isLessThan(new ElectionName("b"));
    }

    // ---- terms

    static Stream<Named<LongFunction<Object>>> valuesWithATermAboveZero() {
        return Stream.of(
                Named.of("RequestPreVote", term -> new Message.RequestPreVote(term, 0)),
                Named.of("PreVoteGranted", Message.PreVoteGranted::new),
                Named.of("asked", term -> new Message.PreVoteRefused(0, term, 0)),
                Named.of("RequestVote", term -> new Message.RequestVote(term, 0)),
                Named.of("VoteGranted", Message.VoteGranted::new),
                Named.of("asked for", term -> new Message.VoteRefused(0, term)),
                Named.of("Heartbeat", term -> new Message.Heartbeat(term, 0, List.of())),
                Named.of("HeartbeatAck", term -> new Message.HeartbeatAck(term, 0, true)),
                Named.of("HeartbeatRefused", Message.HeartbeatRefused::new),
                Named.of("Release", TestValues::release));
    }

    static Stream<Named<LongFunction<Object>>> valuesWhoseTermMayBeZero() {
        return Stream.of(
                Named.of("released before", term -> new Message.RequestPreVote(1, term)),
                Named.of("PreVoteRefused", term -> new Message.PreVoteRefused(term, 1, 0)),
                Named.of("released", term -> new Message.RequestVote(1, term)),
                Named.of("VoteRefused", term -> new Message.VoteRefused(term, 1)),
                Named.of("Observe", term -> new Message.Observe(term, false)),
                Named.of("Ballot", Ballot::learned));
    }

    @ParameterizedTest
    @MethodSource("valuesWithATermAboveZero")
    void aTermIsAboveZeroAndWithinBounds(LongFunction<Object> term) {
        assertThatCode(() -> term.apply(1)).doesNotThrowAnyException();
        assertThatCode(() -> term.apply(Ballot.MAX_TERM)).doesNotThrowAnyException();
        refuses(() -> term.apply(0), "term 0 is not between 1 and");
        refuses(() -> term.apply(-1), "term -1 is not between 1 and");
        refuses(() -> term.apply(Ballot.MAX_TERM + 1), "is not between 1 and");
    }

    @ParameterizedTest
    @MethodSource("valuesWhoseTermMayBeZero")
    void anUnknownTermIsZero(LongFunction<Object> term) {
        assertThatCode(() -> term.apply(0)).doesNotThrowAnyException();
        assertThatCode(() -> term.apply(Ballot.MAX_TERM)).doesNotThrowAnyException();
        refuses(() -> term.apply(-1), "term -1 is not between 0 and");
        refuses(() -> term.apply(Ballot.MAX_TERM + 1), "is not between 0 and");
    }

    @Test
    void aBallotOfTermZeroCannotHaveAVote() {
        refuses(() -> Ballot.vote(0, id("a")), "term 0 cannot have a vote", "a:1");
    }

    @Test
    void aBallotIsAboveOneOfALowerTermOnly() {
        assertThat(Ballot.learned(2).isAbove(Ballot.vote(1, id("a")))).isTrue();
        assertThat(Ballot.vote(1, id("b")).isAbove(Ballot.vote(1, id("a")))).isFalse();
        assertThat(Ballot.NONE.isAbove(Ballot.learned(1))).isFalse();
    }

    // ---- other fields of messages

    @Test
    void aNegativeLoyaltyIsRefused() {
        refuses(() -> new Message.PreVoteRefused(1, 1, -1), "loyalForNanos -1 is negative");
    }

    @Test
    void aSuccessionHasABound() {
        List<PeerId> longest = Collections.nCopies(Message.Heartbeat.MAX_SUCCESSION, id("a"));
        assertThatCode(() -> new Message.Heartbeat(1, 0, longest)).doesNotThrowAnyException();
        List<PeerId> longer = Collections.nCopies(Message.Heartbeat.MAX_SUCCESSION + 1, id("a"));
        refuses(() -> new Message.Heartbeat(1, 0, longer), "a succession of 65 peers is too long");
    }

    // ---- identities and lives

    @Test
    void theIdentityOfANewDirectoryIsNeverTheOneOfANodeWithoutADirectory() {
        assertThat(DirectoryIdentity.of(0)).isNotEqualTo(DirectoryIdentity.NONE);
        assertThat(DirectoryIdentity.of(255))
                .isEqualTo(new DirectoryIdentity(255))
                .hasToString("00000000000000ff");
    }

    @Test
    void anIncarnationIsNotZero() {
        refuses(() -> new Incarnation(0), "0 is not an incarnation");
        assertThat(new Incarnation(255)).hasToString("00000000000000ff");
    }

    // ---- hellos and heads

    @Test
    void aHelloOutOfBoundsIsRefused() {
        assertThatCode(() -> hello(65535, 65535, 1, 7, 1)).doesNotThrowAnyException();
        refuses(() -> hello(-1, 0, 1, 7, 1), "lifeline port -1");
        refuses(() -> hello(65536, 0, 1, 7, 1), "lifeline port 65536");
        refuses(() -> hello(0, -1, 1, 7, 1), "HTTP port -1");
        refuses(() -> hello(0, 65536, 1, 7, 1), "HTTP port 65536");
        refuses(() -> hello(0, 0, 0, 7, 1), "a pass and a version");
        refuses(() -> hello(0, 0, 1, 0, 1), "a pass and a version");
        refuses(() -> hello(0, 0, 1, 7, -1), "-1 starts are out of range");
    }

    private static Hello hello(int lifelinePort, int httpPort, int version, long pass, long starts) {
        return new Hello(
                id("a"),
                TestValues.life("a"),
                TestValues.identity("a"),
                lifelinePort,
                httpPort,
                version,
                pass,
                0,
                false,
                starts);
    }

    @Test
    void aHeadOutOfBoundsIsRefused() {
        refuses(
                () -> new JournalHead(id("a"), TestValues.identity("a"), StoredElectorate.EMPTY, -1),
                "-1 starts are out of range");
        refuses(() -> StoredElectorate.EMPTY.withLongestElection(-1), "election timeout of -1 ns is negative");
        refuses(() -> new RoundBallot(-1, TestValues.identity("a"), 1), "counter of -1 is negative");
    }

    private static void refuses(ThrowingCallable making, String... words) {
        assertThatIllegalArgumentException().isThrownBy(making).withMessageContainingAll(words);
    }
}

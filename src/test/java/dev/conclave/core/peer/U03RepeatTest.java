package dev.conclave.core.peer;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.id;
import static dev.conclave.core.TestValues.send;
import static dev.conclave.core.peer.PeerProbe.empty;
import static dev.conclave.core.peer.PeerProbe.entry;
import static dev.conclave.core.peer.PeerProbe.peer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.RegisterVersion;
import dev.conclave.core.peer.Message.PreVoteGranted;
import dev.conclave.core.peer.Message.RegisterStored;
import dev.conclave.core.peer.Message.RequestRegister;
import dev.conclave.core.peer.Message.StoreRegister;
import dev.conclave.core.peer.Message.VoteGranted;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** U3: a winner repeats what it found, and is announced when a quorum has stored that. */
class U03RepeatTest {

    /** Has won term 5 by the vote of b, which names this version. */
    private static PeerProbe winner(RegisterVersion named) {
        PeerProbe candidate = peer("a").of("a", "b", "c").takesPart();
        candidate.hears("b", new StoreRegister(entry(4, 2, "x")));
        candidate.stands();
        while (!(candidate.value().role() instanceof Candidate)) {
            candidate.wakes();
        }
        return candidate.hears("b", new PreVoteGranted(5)).hears("b", new VoteGranted(5, Optional.empty(), named));
    }

    @Test
    void aWinnerThatHasTheNewestEntryRepeatsItAtOnceToAll() {
        PeerProbe winner = winner(new RegisterVersion(4, 2));
        winner.isA(Leader.class)
                .doesAmongOthers(
                        new Effect.PersistRegister(entry(5, 0, "x")),
                        send("b", new StoreRegister(entry(5, 0, "x"))),
                        send("c", new StoreRegister(entry(5, 0, "x"))));
    }

    @Test
    void aWinnerIsAnnouncedWhenItHasALeaseAndAQuorumHasStoredWhatItRepeats() {
        PeerProbe winner = winner(new RegisterVersion(4, 2));
        winner.isHeardBy("b").doesNothingLike(Effect.Elected.class);
        winner.hears("b", new RegisterStored(5, 0)).leads(5);
        assertThat(((Leader) winner.value().role()).register().truth()).contains(entry(5, 0, "x"));
    }

    @Test
    void theSameTheOtherWayRound() {
        PeerProbe winner = winner(new RegisterVersion(4, 2));
        winner.hears("b", new RegisterStored(5, 0)).doesNothingLike(Effect.Elected.class);
        winner.isHeardBy("b").leads(5);
    }

    @Test
    void aWinnerThatLacksTheEntryOfAVoteAsksForItAndRepeatsThatOne() {
        PeerProbe winner = winner(new RegisterVersion(4, 3));
        winner.doesAmongOthers(
                send("b", new RequestRegister(5, new RegisterVersion(4, 2))),
                send("c", new RequestRegister(5, new RegisterVersion(4, 2))));
        winner.hears("b", new StoreRegister(entry(4, 3, "y")))
                .doesAmongOthers(send("b", new StoreRegister(entry(5, 0, "y"))));
    }

    @Test
    void aPushedVoteNamesAnEntryAsAnyOther() {
        PeerProbe successor = peer("a").of("a", "b", "c").takesPart().stands().hearsBeat("b", 4, "a", "c");
        successor.hears("c", new VoteGranted(5, Optional.empty(), new RegisterVersion(4, 3)));
        successor
                .hears("b", new Message.Release(4, Optional.of(id("a"))))
                .doesAmongOthers(send("c", new RequestRegister(5, RegisterVersion.NONE)));
        successor.isHeardBy("b", "c").doesNothingLike(Effect.Elected.class);
    }

    @Test
    void aWinnerThatCannotGetTheEntryGivesUp() {
        PeerProbe winner = winner(new RegisterVersion(4, 3)).isHeardBy("b");
        for (int i = 0; i < 40 && winner.value().role() instanceof Leader; i++) {
            winner.wakes();
            if (winner.value().role() instanceof Leader) {
                winner.isHeardBy("b");
            }
        }
        winner.isA(Follower.class);
    }

    @Test
    void aVoteThatNamesNothingDoesNotHideWhatTheWinnerHas() {
        PeerProbe winner = winner(RegisterVersion.NONE);
        winner.doesAmongOthers(send("b", new StoreRegister(entry(5, 0, "x"))));
    }

    @Test
    void anEmptyRegisterIsRepeatedToo() {
        PeerProbe candidate = peer("a").of("a", "b", "c").takesPart().hears("b", new StoreRegister(empty(4, 0)));
        candidate
                .wins()
                .doesAmongOthers(send(
                        "b", new StoreRegister(empty(candidate.value().ballot().term(), 0))));
    }

    @Test
    void anElectionWithoutARegisterWaitsForNothing() {
        PeerProbe leader = peer("a").of("a", "b", "c").takesPart().leads();
        leader.leads(1).doesNothingLike(StoreRegister.class);
        assertThat(leader.after(E / 4).ticks().value().register()).isEqualTo(HeldRegister.NONE);
    }

    @Test
    void aSingleVoterIsAnnouncedOnceItsOwnDiskHasTheEntry() {
        PeerProbe alone = peer("a").of("a").takesPart().leads();
        alone.writes(1, 7, "x");
        assertThat(((Leader) alone.value().role()).register().truth()).contains(entry(1, 1, "x"));
    }
}

package dev.conclave.core.peer;

import static dev.conclave.core.TestValues.H;
import static dev.conclave.core.TestValues.id;
import static dev.conclave.core.TestValues.send;
import static dev.conclave.core.peer.PeerProbe.empty;
import static dev.conclave.core.peer.PeerProbe.entry;
import static dev.conclave.core.peer.PeerProbe.peer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.RegisterEntry;
import dev.conclave.core.RegisterVersion;
import dev.conclave.core.peer.Message.HeartbeatAck;
import dev.conclave.core.peer.Message.RegisterStored;
import dev.conclave.core.peer.Message.RequestRegister;
import dev.conclave.core.peer.Message.RequestVote;
import dev.conclave.core.peer.Message.StoreRegister;
import dev.conclave.core.peer.Message.VoteGranted;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** U1 and U2: which entries of a register a peer stores, and which its votes name. */
class U01StoreTest {

    private static PeerProbe follower() {
        return peer("a").of("a", "b", "c").takesPart().hearsBeat("b", 3);
    }

    @Test
    void aVoterSaysThatItHasStoredAnEntryOnceItIsDurable() {
        PeerProbe voter = follower().slowDisk().hears("b", new StoreRegister(entry(3, 1, "x")));
        voter.does(new Effect.PersistRegister(entry(3, 1, "x"))).doesNothingLike(RegisterStored.class);
        voter.diskStores().does(send("b", new RegisterStored(3, 1)));
    }

    @Test
    void anEntryOfALowerTermIsKeptButNotAcknowledged() {
        PeerProbe voter = follower().hears("c", new StoreRegister(entry(2, 4, "x")));
        assertThat(voter.value().register().entry()).isEqualTo(entry(2, 4, "x"));
        voter.doesNothingLike(RegisterStored.class);
    }

    @Test
    void anOlderEntryChangesNothing() {
        PeerProbe voter = follower().hears("b", new StoreRegister(entry(3, 2, "new")));
        voter.hears("b", new StoreRegister(entry(3, 1, "old"))).doesNothing();
        voter.hears("c", new StoreRegister(entry(2, 9, "older"))).doesNothing();
        assertThat(voter.value().register().entry()).isEqualTo(entry(3, 2, "new"));
    }

    @Test
    void aRepeatedEntryIsAcknowledgedAgain() {
        PeerProbe voter = follower().hears("b", new StoreRegister(entry(3, 1, "x")));
        voter.hears("b", new StoreRegister(entry(3, 1, "x"))).does(send("b", new RegisterStored(3, 1)));
    }

    @Test
    void anEntryOfAHigherTermRaisesTheBallotFirst() {
        PeerProbe voter = follower().hears("b", new StoreRegister(entry(5, 1, "x")));
        assertThat(voter.value().ballot().term()).isEqualTo(5);
        voter.doesAmongOthers(send("b", new RegisterStored(5, 1)));
        voter.hears("c", new RequestVote(5, 0)).doesNothingLike(VoteGranted.class);
    }

    @Test
    void aPeerThatHasNotBeenAdmittedStoresNothing() {
        PeerProbe voter = peer("a").of("a", "b", "c").hears("b", new StoreRegister(entry(3, 1, "x")));
        assertThat(voter.value().register().entry()).isEqualTo(RegisterEntry.NONE);
    }

    @Test
    void aNonVoterStoresAndDoesNotAcknowledge() {
        PeerProbe observer = peer("x").of("a", "b", "c").takesPart().hearsBeat("b", 3);
        observer.hears("b", new StoreRegister(entry(3, 1, "x"))).doesNothingLike(RegisterStored.class);
        assertThat(observer.value().register().entry()).isEqualTo(entry(3, 1, "x"));
    }

    @Test
    void anAcknowledgementOfAHeartbeatNamesTheNewestEntryOfTheTerm() {
        PeerProbe voter = follower().hears("b", new StoreRegister(entry(3, 1, "x")));
        voter.after(1).hearsBeat("b", 3).does(send("b", new HeartbeatAck(3, voter.now(), false, 1)));
        voter.after(1).hearsBeat("b", 4).doesAmongOthers(send("b", new HeartbeatAck(4, voter.now(), false, -1)));
    }

    @Test
    void aVoteNamesWhatItsVoterHasAndBringsItToACandidateThatHasLess() {
        PeerProbe voter = peer("a").of("a", "b", "c").takesPart().hears("b", new StoreRegister(entry(3, 1, "x")));
        voter.hears("c", new RequestVote(4, 0))
                .doesAmongOthers(
                        send("c", new StoreRegister(entry(3, 1, "x"))),
                        send("c", new VoteGranted(4, Optional.empty(), new RegisterVersion(3, 1))));
        voter.hears("c", new RequestVote(4, 0, new RegisterVersion(3, 1)))
                .does(send("c", new VoteGranted(4, Optional.empty(), new RegisterVersion(3, 1))));
    }

    @Test
    void aPushedVoteNamesWhatItsVoterHas() {
        PeerProbe voter = follower().hears("b", new StoreRegister(entry(3, 1, "x")));
        voter.hears("b", new Message.Release(3, Optional.of(id("c"))))
                .doesAmongOthers(send("c", new VoteGranted(4, Optional.empty(), new RegisterVersion(3, 1))));
    }

    @Test
    void anEntryIsShownOnceItsLeaderSaysThatAQuorumHasIt() {
        PeerProbe voter = follower().hears("b", new StoreRegister(empty(3, 0)));
        voter.doesNothingLike(Effect.RegisterChanged.class);
        voter.after(1).hears("b", beat(voter, 0, 0)).doesAmongOthers(new Effect.RegisterChanged(empty(3, 0)));
        // One write at a time: the next one shows that the one before it is done.
        voter.hears("b", new StoreRegister(entry(3, 1, "x"))).doesNothingLike(Effect.RegisterChanged.class);
        voter.hears("b", new StoreRegister(entry(3, 2, "y")))
                .doesAmongOthers(new Effect.RegisterChanged(entry(3, 1, "x")));
    }

    @Test
    void aPeerThatLacksTheEntryAsksForItOnceItHasHadTimeToArrive() {
        PeerProbe voter = follower();
        voter.after(1).hears("b", beat(voter, 1, 0)).doesNothingLike(RequestRegister.class);
        voter.after(H)
                .hears("b", beat(voter, 1, 0))
                .doesAmongOthers(send("b", new RequestRegister(3, RegisterVersion.NONE)));
        voter.after(H).hears("b", beat(voter, 1, 0)).doesNothingLike(RequestRegister.class);
    }

    @Test
    void aPeerThatIsAskedSendsAnEntryThatIsNewer() {
        PeerProbe voter = follower().hears("b", new StoreRegister(entry(3, 1, "x")));
        voter.hears("c", new RequestRegister(3, new RegisterVersion(3, 0)))
                .does(send("c", new StoreRegister(entry(3, 1, "x"))));
        voter.hears("c", new RequestRegister(3, new RegisterVersion(3, 1))).doesNothing();
    }

    private static Message.Heartbeat beat(PeerProbe to, long written, long done) {
        return new Message.Heartbeat(3, to.now(), List.of(), written, done);
    }
}

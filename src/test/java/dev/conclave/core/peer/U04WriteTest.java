package dev.conclave.core.peer;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.send;
import static dev.conclave.core.peer.PeerProbe.empty;
import static dev.conclave.core.peer.PeerProbe.entry;
import static dev.conclave.core.peer.PeerProbe.peer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.RegisterEntry;
import dev.conclave.core.RegisterVersion;
import dev.conclave.core.peer.Effect.RegisterRead;
import dev.conclave.core.peer.Effect.RegisterRefusal;
import dev.conclave.core.peer.Effect.RegisterRefused;
import dev.conclave.core.peer.Effect.RegisterUnknown;
import dev.conclave.core.peer.Effect.RegisterWritten;
import dev.conclave.core.peer.Message.ReadRegister;
import dev.conclave.core.peer.Message.RegisterStored;
import dev.conclave.core.peer.Message.RegisterTruth;
import dev.conclave.core.peer.Message.StoreRegister;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** U4, U5, U6 and U10: how a leader writes and reads its register. */
class U04WriteTest {

    private static PeerProbe leader() {
        return peer("a").of("a", "b", "c").takesPart().leads();
    }

    /** Leads term 1, and a quorum has stored that there is a register. */
    private static PeerProbe withRegister() {
        return leader().writes(1, 7, "x").hears("b", new RegisterStored(1, 0)).hears("b", new RegisterStored(1, 1));
    }

    @Test
    void theFirstWriteFirstFoundsTheRegister() {
        PeerProbe leader = leader().writes(1, 7, "x");
        leader.doesAmongOthers(send("b", new StoreRegister(empty(1, 0))));
        leader.hears("b", new RegisterStored(1, 0)).doesAmongOthers(send("b", new StoreRegister(entry(1, 1, "x"))));
        leader.hears("b", new RegisterStored(1, 1)).doesAmongOthers(new RegisterWritten(7, new RegisterVersion(1, 1)));
    }

    @Test
    void aWriteIsDoneWhenAQuorumHasStoredIt() {
        PeerProbe leader = withRegister().writes(1, 8, "y").doesNothingLike(RegisterWritten.class);
        leader.hears("c", new RegisterStored(1, 1)).doesNothingLike(RegisterWritten.class);
        leader.hears("c", new RegisterStored(1, 2)).doesAmongOthers(new RegisterWritten(8, new RegisterVersion(1, 2)));
    }

    @Test
    void theOwnDiskCountsOnlyWhenItHasTheEntry() {
        PeerProbe leader = peer("a")
                .of("a", "b", "c", "d", "e")
                .takesPart()
                .leads()
                .slowDisk()
                .writes(1, 7, "x");
        leader.hears("b", new RegisterStored(1, 0)).hears("c", new RegisterStored(1, 0));
        leader.doesNothingLike(StoreRegister.class);
        leader.diskStores().doesAmongOthers(send("b", new StoreRegister(entry(1, 1, "x"))));
    }

    @Test
    void aStrangerAnotherTermAndARepeatedAnswerCountForNothing() {
        PeerProbe leader =
                peer("a").of("a", "b", "c", "d", "e").takesPart().leads().writes(1, 7, "x");
        leader.hears("x", new RegisterStored(1, 0))
                .hears("b", new RegisterStored(1, 0))
                .hears("b", new RegisterStored(1, 0))
                .doesNothing();
    }

    @Test
    void anAcknowledgementOfAHeartbeatCountsAsWell() {
        PeerProbe leader = withRegister().writes(1, 8, "y");
        leader.hears("c", new Message.HeartbeatAck(1, ((Leader) leader.value().role()).roundAt(), true, 2))
                .doesAmongOthers(new RegisterWritten(8, new RegisterVersion(1, 2)));
    }

    @Test
    void aPeerThatDoesNotLeadThatTermRefuses() {
        leader().writes(2, 7, "x").does(new RegisterRefused(7, RegisterRefusal.NOT_LEADER));
        peer("a")
                .of("a", "b", "c")
                .takesPart()
                .writes(1, 7, "x")
                .does(new RegisterRefused(7, RegisterRefusal.NOT_LEADER));
    }

    @Test
    void aSecondWriteBesideOneUnderWayIsRefused() {
        leader().writes(1, 7, "x").writes(1, 8, "y").does(new RegisterRefused(8, RegisterRefusal.BUSY));
    }

    @Test
    void aWriteUnderWayWhenTheLeadershipEndsIsUnknown() {
        withRegister().writes(1, 8, "y").after(E).ticks().doesAmongOthers(new RegisterUnknown(8));
    }

    /** Nothing but the empty register can have reached others. */
    @Test
    void aFirstWriteThatWasNotIssuedYetIsRefusedWhenTheLeadershipEnds() {
        leader().writes(1, 7, "x").after(E).ticks().doesAmongOthers(new RegisterRefused(7, RegisterRefusal.NOT_LEADER));
    }

    @Test
    void aLeaderThatWasToldToEndWritesUntilItsUsersHaveStopped() {
        PeerProbe leader = peer("a").of("a", "b", "c").takesPart().leads();
        leader.isHeardBy("b")
                .handsOver()
                .writes(1, 7, "last")
                .doesAmongOthers(send("b", new StoreRegister(empty(1, 0))));
    }

    @Test
    void aLeaderReadsTheNewestEntryThatAQuorumHasStored() {
        PeerProbe leader = withRegister().writes(1, 8, "y");
        leader.told(new Input.ReadRegister(9)).does(new RegisterRead(9, Optional.of(entry(1, 1, "x"))));
        leader.hears("b", new ReadRegister(1, 5))
                .does(send("b", new RegisterTruth(1, 5, Optional.of(entry(1, 1, "x")))));
    }

    @Test
    void aLeaderWithoutARegisterReadsThatThereIsNone() {
        leader().told(new Input.ReadRegister(9)).does(new RegisterRead(9, Optional.of(RegisterEntry.NONE)));
    }

    @Test
    void aLeaderWhoseLeaseIsOverReadsNothing() {
        withRegister()
                .after(2 * E)
                .told(new Input.ReadRegister(9))
                .doesAmongOthers(new RegisterRead(9, Optional.empty()));
    }

    @Test
    void aFollowerAsksItsLeader() {
        PeerProbe follower = peer("a").of("a", "b", "c").takesPart().hearsBeat("b", 3);
        follower.told(new Input.ReadRegister(9)).does(send("b", new ReadRegister(3, 9)));
        follower.hears("b", new RegisterTruth(3, 9, Optional.of(entry(3, 1, "x"))))
                .does(new RegisterRead(9, Optional.of(entry(3, 1, "x"))));
        follower.hears("c", new ReadRegister(3, 2)).does(send("c", new RegisterTruth(3, 2, Optional.empty())));
    }

    @Test
    void whatIsUnderWayIsSentAgainUnderAnotherConfigurationAndCountedAnew() {
        PeerProbe leader = withRegister().writes(1, 8, "y").isHeardBy("b", "c");
        leader.switchesTo(1, "a", "b", "c", "d")
                .doesAmongOthers(
                        send("b", new StoreRegister(entry(1, 2, "y"))), send("d", new StoreRegister(entry(1, 2, "y"))));
        leader.hears("b", new RegisterStored(1, 2)).doesNothingLike(RegisterWritten.class);
        leader.hears("d", new RegisterStored(1, 2)).doesAmongOthers(new RegisterWritten(8, new RegisterVersion(1, 2)));
        assertThat(leader.value().register().entry()).isEqualTo(entry(1, 2, "y"));
    }
}

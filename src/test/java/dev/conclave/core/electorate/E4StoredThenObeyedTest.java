package dev.conclave.core.electorate;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.H;
import static dev.conclave.core.TestValues.id;
import static dev.conclave.core.TestValues.identity;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.electorate.ElectorateMessage.Holds;
import dev.conclave.core.electorate.ElectorateMessage.Prepare;
import dev.conclave.core.electorate.ElectorateMessage.Promise;
import dev.conclave.core.electorate.ElectorateMessage.Shown;
import org.junit.jupiter.api.Test;

/** E4: a configuration is forced to disk, and obeyed later. */
class E4StoredThenObeyedTest {

    private static Configuration next(ManualElectorates among) {
        return among.configuration("a").adding(id("d"), identity("d"), 1, "a test");
    }

    private static Holds stored(int number, int obeyed) {
        return new Holds(ManualElectorates.GROUP, number, obeyed, 0, false);
    }

    @Test
    void aNodeSaysThatItHasStoredAConfigurationOnlyWhenTheDiskHasForcedIt() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").slowDisk("a");
        Configuration next = next(three);
        three.hears("a", "b", new Shown(next));
        assertThat(three.did("a", ElectorateEffect.class))
                .containsExactly(new ElectorateEffect.Store(three.node("a").pending()));
        assertThat(three.node("a").configuration()).contains(three.configuration("b"));
        three.forgetWhatWasDone().diskForces("a");
        assertThat(three.did("a", ElectorateEffect.Stored.class)).containsExactly(new ElectorateEffect.Stored(next));
        assertThat(three.said("a", Holds.class))
                .hasSize(3)
                .allMatch(holds -> holds.stored() == 1 && holds.obeyed() == 0);
        assertThat(three.did("a", ElectorateEffect.Tell.class))
                .extracting(ElectorateEffect.Tell::to)
                .containsExactlyInAnyOrder(id("b"), id("c"), id("d"));
    }

    @Test
    void aNodeGoesOnUnderTheFormerConfigurationUntilAllVotersHaveStoredTheNewOne() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").cutOff("a");
        three.hears("a", "b", new Shown(next(three)));
        three.hears("a", "b", stored(1, 0)).hears("a", "c", stored(1, 0));
        assertThat(three.did("a", ElectorateEffect.Switch.class)).isEmpty();
        three.hears("a", "d", stored(1, 0));
        three.obey(1, "a");
    }

    @Test
    void aRemovedVoterIsWaitedForToo() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").cutOff("a");
        three.hears("a", "b", new Shown(three.configuration("a").removing(id("c"), 1, "a test")));
        three.hears("a", "b", stored(1, 0));
        assertThat(three.node("a").obeyed()).isZero();
        three.hears("a", "c", stored(1, 0)).obey(1, "a");
    }

    @Test
    void aVoterThatSaysNothingWithinAnElectionTimeoutIsNotWaitedFor() {
        ManualElectorates three =
                ManualElectorates.of("a", "b", "c").cutOff("a").after(1);
        three.hears("a", "b", new Shown(next(three)));
        three.hears("a", "b", stored(1, 0)).hears("a", "d", stored(1, 0));
        three.after(E - H);
        assertThat(three.node("a").obeyed()).isZero();
        three.after(H).obey(1, "a");
    }

    @Test
    void aVoterThatSaysThatItHasNotStoredItIsWaitedForThreeElectionTimeouts() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").cutOff("a");
        three.hears("a", "b", new Shown(next(three)));
        three.hears("a", "b", stored(1, 0)).hears("a", "d", stored(1, 0)).hears("a", "c", stored(0, 0));
        three.after(3 * E - H);
        assertThat(three.node("a").obeyed()).isZero();
        three.after(H).obey(1, "a");
    }

    @Test
    void theVotersThatHaveNotStoredItAreAskedAtEachHeartbeat() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").cutOff("a");
        three.hears("a", "b", new Shown(next(three)));
        three.hears("a", "b", stored(1, 0)).hears("a", "d", stored(1, 0)).hears("a", "c", stored(0, 0));
        three.forgetWhatWasDone().after(10 * H);
        assertThat(three.said("a", "c"))
                .hasSize(10)
                .allMatch(asked -> asked instanceof Holds holds && holds.answerMe());
        assertThat(three.said("a", "b")).isEmpty();
    }

    @Test
    void whatAVoterOfAnotherGroupHasStoredDoesNotCount() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").cutOff("a");
        three.hears("a", "b", new Shown(next(three)));
        three.hears("a", "b", stored(1, 0)).hears("a", "c", stored(1, 0));
        three.hears("a", "d", new Holds(8, 1, 1, 0, false));
        assertThat(three.node("a").obeyed()).isZero();
    }

    @Test
    void aNodeThatStartsObeysTheStoredConfigurationAtOnce() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").cutOff("a");
        three.hears("a", "b", new Shown(next(three)));
        three.stop("a").start("a");
        assertThat(three.node("a").switchedTo()).isEqualTo(three.node("a").configuration());
        three.obey(1, "a");
    }

    @Test
    void aConfigurationThatWasWrittenAndNotForcedIsLostWithThePower() {
        ManualElectorates three =
                ManualElectorates.of("a", "b", "c").slowDisk("a").cutOff("a");
        three.hears("a", "b", new Shown(next(three))).hearsUnder(1, "a", "b");
        assertThat(three.did("a", ElectorateEffect.Switch.class)).isEmpty();
        three.stop("a").start("a").obey(0, "a");
    }

    /** Otherwise its slowest peer would still acknowledge under the former configuration. */
    @Test
    void aNodeIsWhollyUnderAConfigurationWhenItsLastPeerHasSwitched() {
        ManualElectorates three =
                ManualElectorates.of("a", "b", "c").slowPeers("a").cutOff("a");
        three.hears("a", "b", new Shown(next(three))).hearsUnder(1, "a", "b").forgetWhatWasDone();
        Prepare asked = new Prepare(ManualElectorates.GROUP, 1, new RoundBallot(1, identity("b"), 1));
        assertThat(three.hears("a", "b", asked).said("a", Promise.class)).isEmpty();
        assertThat(three.hears("a", "c", new Holds(ManualElectorates.GROUP, 1, 1, 0, true))
                        .said("a", Holds.class))
                .allMatch(holds -> holds.stored() == 1 && holds.obeyed() == 0);
        three.peersSwitch("a").hears("a", "b", asked);
        assertThat(three.said("a", Promise.class)).hasSize(1);
    }

    @Test
    void peersThatReportAnEarlierConfigurationChangeNothing() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").start("d").changes("a", "add d");
        Electorate before = three.node("a");
        assertThat(before.switched(three.now(), 0, 0).electorate()).isEqualTo(before);
    }
}

package dev.conclave.core.electorate;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.H;
import static dev.conclave.core.TestValues.identity;
import static dev.conclave.core.TestValues.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.electorate.ElectorateMessage.Prepare;
import dev.conclave.core.electorate.ElectorateMessage.Promise;
import dev.conclave.core.electorate.ElectorateMessage.Shown;
import org.junit.jupiter.api.Test;

/** E7: the longest E under which a node may have acknowledged a leader. */
class E7LongestElectionTest {

    private static Configuration timed(Configuration former, long electionNanos) {
        return former.timed(settings(electionNanos, "a"), 1, "a test");
    }

    @Test
    void itRisesWhenALongerOneIsStored() {
        ManualElectorates two = ManualElectorates.of("a", "b").cutOff("a");
        two.hears("a", "b", new Shown(timed(two.configuration("a"), 3 * E)));
        assertThat(two.disk("a").longestElectionNanos()).isEqualTo(3 * E);
        assertThat(two.node("a").obeyed()).isZero();
    }

    @Test
    void itShrinksOnlyWhenTheLongerOneHasBeenWaitedOut() {
        ManualElectorates two = longAgo();
        assertThat(two.disk("a").longestElectionNanos()).isEqualTo(3 * E);
        two.hearsUnder(1, "a", "b").after(3 * E - 1);
        assertThat(two.disk("a").longestElectionNanos()).isEqualTo(3 * E);
        two.after(1);
        assertThat(two.disk("a").longestElectionNanos()).isEqualTo(E);
    }

    /** Its slowest peer still acknowledges under the longer one. */
    @Test
    void itIsCountedFromTheSwitchOfTheLastPeer() {
        ManualElectorates two = longAgo().slowPeers("a").hearsUnder(1, "a", "b").after(10 * E);
        assertThat(two.disk("a").longestElectionNanos()).isEqualTo(3 * E);
        two.peersSwitch("a").after(3 * E - 1);
        assertThat(two.disk("a").longestElectionNanos()).isEqualTo(3 * E);
        two.after(1);
        assertThat(two.disk("a").longestElectionNanos()).isEqualTo(E);
    }

    @Test
    void aStartCountsAnew() {
        ManualElectorates two = longAgo().hearsUnder(1, "a", "b").after(2 * E).stop("a");
        two.start("a").after(3 * E - 1);
        assertThat(two.disk("a").longestElectionNanos()).isEqualTo(3 * E);
        two.after(1);
        assertThat(two.disk("a").longestElectionNanos()).isEqualTo(E);
    }

    @Test
    void itDoesNotShrinkWhileAnotherConfigurationIsBeingStored() {
        ManualElectorates two = longAgo().hearsUnder(1, "a", "b").slowDisk("a").after(E);
        two.hears("a", "b", new Shown(timed(two.configuration("a"), 2 * E))).after(10 * E);
        assertThat(two.node("a").pending().longestElectionNanos()).isEqualTo(3 * E);
        two.diskForces("a");
        assertThat(two.disk("a").longestElectionNanos()).isEqualTo(3 * E);
    }

    @Test
    void aPromiseNamesIt() {
        ManualElectorates two = longAgo().hearsUnder(1, "a", "b").forgetWhatWasDone();
        two.hears("a", "b", new Prepare(ManualElectorates.GROUP, 1, new RoundBallot(1, identity("b"), 1)));
        assertThat(two.said("a", Promise.class))
                .extracting(Promise::longestElectionNanos)
                .containsExactly(3 * E);
        two.after(4 * E).forgetWhatWasDone();
        two.hears("a", "b", new Prepare(ManualElectorates.GROUP, 1, new RoundBallot(2, identity("b"), 1)));
        assertThat(two.said("a", Promise.class))
                .extracting(Promise::longestElectionNanos)
                .containsExactly(E);
    }

    /** The lease of a leader that was acknowledged under the longer one is over before the next configuration is chosen. */
    @Test
    void aProposerWaitsTheLongestOneThatAPromiseNames() {
        ManualElectorates two = ManualElectorates.of(settings(3 * E, "a", "b"));
        assertThat(timeUntilDone(two, "set election-timeout=1s")).isBetween(3 * E, 3 * E + 2 * H);
        assertThat(timeUntilDone(two, "set election-timeout=2s")).isBetween(3 * E, 3 * E + 2 * H);
        two.after(10 * E);
        assertThat(timeUntilDone(two, "set election-timeout=1s")).isBetween(2 * E, 2 * E + 2 * H);
    }

    private static long timeUntilDone(ManualElectorates among, String wish) {
        long began = among.now();
        long number = among.wishes("a", wish);
        while (among.did("a", ElectorateEffect.Done.class).stream().noneMatch(done -> done.wish() == number)) {
            among.after(H / 10);
        }
        return among.now() - began;
    }

    /** a obeys E = 3000 ms; configuration 1, which says 1000 ms, is on its disk. */
    private static ManualElectorates longAgo() {
        ManualElectorates two = ManualElectorates.of(settings(3 * E, "a", "b")).cutOff("a");
        return two.hears("a", "b", new Shown(timed(two.configuration("a"), E)));
    }
}

package dev.conclave.core.electorate;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.id;
import static dev.conclave.core.TestValues.identity;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.electorate.ElectorateEffect.ReadmissionAsked;
import dev.conclave.core.electorate.ElectorateMessage.AskToReadmit;
import org.junit.jupiter.api.Test;

/** E9: a voter that has lost its directory is a new voter; it may ask by itself to be readmitted. */
class E9ReadmissionTest {

    private static final long MINUTE = 60 * E;

    @Test
    void aLostVoterIsReadmittedWithItsNewIdentityInTwoConfigurations() {
        ManualElectorates three = lost(0).changes("a", "readmit c").obey(2, "a", "b", "c");
        assertThat(three.configuration("a").named()).containsEntry(id("c"), identity("c", 2));
        assertThat(three.node("c").isVoter()).isTrue();
    }

    /** A majority of {a, b} is both. */
    @Test
    void ofTwoVotersALostOneCannotBeReadmitted() {
        ManualElectorates two = ManualElectorates.of("a", "b").wipe("b").start("b");
        two.after(5 * E);
        assertThat(two.failure("a", "readmit b"))
                .isEqualTo("2 of 2 voters must answer, 1 does: start one, or, if they are lost for good, electorate"
                        + " force");
    }

    @Test
    void anExcludedNodeAsksOneVoterAtATimeOnceTheWaitIsOver() {
        ManualElectorates three = lost(MINUTE);
        three.after(MINUTE - 1);
        assertThat(three.said("c", AskToReadmit.class)).isEmpty();
        three.after(1);
        assertThat(three.said("c", AskToReadmit.class)).hasSize(1);
        three.after(10 * E - 1);
        assertThat(three.said("c", AskToReadmit.class)).hasSize(1);
        three.after(1);
        assertThat(three.said("c", AskToReadmit.class)).hasSize(2);
    }

    @Test
    void aVoterThatIsAskedReportsTheWish() {
        ManualElectorates three = lost(MINUTE).hears("a", "c", new AskToReadmit());
        assertThat(three.did("a", ReadmissionAsked.class)).containsExactly(new ReadmissionAsked(id("c")));
    }

    @Test
    void noNodeAsksUnlessItsFileSaysSo() {
        ManualElectorates three = lost(0).after(10 * MINUTE);
        assertThat(three.said("c", AskToReadmit.class)).isEmpty();
        three.hears("a", "c", new AskToReadmit());
        assertThat(three.did("a", ReadmissionAsked.class)).isEmpty();
    }

    @Test
    void onlyAnExcludedNodeAsksAndIsReadmitted() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").readmitsAfter(MINUTE, "a", "b", "c", "d");
        three.stop("a", "b", "c").start("a", "b", "c", "d").after(10 * MINUTE);
        for (String node : new String[] {"a", "b", "c", "d"}) {
            assertThat(three.said(node, AskToReadmit.class)).as(node).isEmpty();
        }
        three.hears("a", "b", new AskToReadmit()).hears("a", "d", new AskToReadmit());
        assertThat(three.did("a", ReadmissionAsked.class)).isEmpty();
    }

    @Test
    void aNodeWithoutADirectoryDoesNotAsk() {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").readmitsAfter(MINUTE, "c");
        three.wipe("c").startWithoutDirectory("c").after(10 * MINUTE);
        assertThat(three.identity("c")).isEqualTo(DirectoryIdentity.NONE);
        assertThat(three.node("c").isHeard()).isFalse();
        assertThat(three.said("c", AskToReadmit.class)).isEmpty();
    }

    @Test
    void aVoterThatCarriesOutAnotherChangeDoesNotReportTheWish() {
        ManualElectorates three = lost(MINUTE);
        three.wishes("a", "set election-timeout=2s");
        three.hears("a", "c", new AskToReadmit());
        assertThat(three.did("a", ReadmissionAsked.class)).isEmpty();
    }

    @Test
    void aNodeThatIsNotAVoterDoesNotReportTheWish() {
        ManualElectorates three = lost(MINUTE).readmitsAfter(MINUTE, "d").start("d");
        three.settle().hears("d", "c", new AskToReadmit());
        assertThat(three.did("d", ReadmissionAsked.class)).isEmpty();
    }

    /** c has lost its directory; it and the others wait this long. */
    private static ManualElectorates lost(long readmitAfterNanos) {
        ManualElectorates three = ManualElectorates.of("a", "b", "c").readmitsAfter(readmitAfterNanos, "a", "b", "c");
        three.stop("a", "b").start("a", "b").wipe("c").start("c");
        return three.settle();
    }
}

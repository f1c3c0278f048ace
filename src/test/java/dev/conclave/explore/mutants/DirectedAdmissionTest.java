package dev.conclave.explore.mutants;

import static dev.conclave.explore.mutants.DirectedTest.breaks;
import static dev.conclave.explore.mutants.DirectedTest.votes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.Ballot;
import dev.conclave.core.peer.Candidate;
import dev.conclave.core.peer.Leader;
import dev.conclave.explore.search.ManualWorld;
import dev.conclave.explore.world.Choice;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * R15 after the loss of a directory, clause by clause: a scripted run with confirmations of operators, in which a node without
 * that clause makes two leaders of one term. The production core passes each run.
 */
@Tag("explore")
class DirectedAdmissionTest {

    private static final long LONGER_THAN_E_MICROS = 12_001;

    /** p2 has voted for p0 in term 1 and does not remember it; p1 still stands in that term. */
    @Test
    void aVoterThatIsReadmittedWithoutAFloorVotesTwiceInATerm() {
        breaks(new NodeFaults.ReadmittedWithoutFloor(), core -> ManualWorld.ofNodes(core, 3, 0), manual -> {
            manual.canvass(1);
            manual.hear(2, 1);
            manual.hear(1, 2);
            manual.holdUp(2, 1);
            manual.stand(0, 2);
            assertThat(manual.world().peer(0).role()).isInstanceOf(Leader.class);
            manual.lose(2);
            manual.meet(2, 0);
            manual.meet(2, 1);
            assertThat(manual.world().peer(2).takesPart()).isTrue();
            manual.tick(1);
            manual.pass(LONGER_THAN_E_MICROS);
            manual.hear(2, 1);
            manual.hear(1, 2);
        });
    }

    /** p1 leads term 1 by p2's vote, and p0 knows nothing of it. p1 and p2 lose their directories, and vouch for each other. */
    @Test
    void twoVotersThatReadmitEachOtherElectASecondLeader() {
        breaks(new NodeFaults.WaitingPeersVouch(), core -> ManualWorld.ofNodes(core, 3, 0), manual -> {
            manual.stand(1, 2);
            assertThat(manual.world().peer(1).role()).isInstanceOf(Leader.class);
            manual.lose(1);
            manual.lose(2);
            for (int rounds = 0; rounds < 2; rounds++) {
                manual.meet(1, 0);
                manual.meet(2, 0);
                manual.meet(1, 2);
            }
            manual.canvass(1);
            votes(manual, 1, 2);
        });
    }

    /** The vote of the lost p2 stays counted at p0 when p4's vote carries the new identity of p2. */
    @Test
    void aVoteOfALostIdentityThatIsNotDiscardedElectsASecondLeader() {
        breaks(
                new NodeFaults.NothingIsStruck(),
                core -> ManualWorld.ofNodes(core, 5, 0),
                DirectedAdmissionTest::oneVoteTwice);
    }

    /** The same run: p4's vote does not carry the new identity of p2. */
    @Test
    void aVoteThatDoesNotCarryTheNewIdentityElectsASecondLeader() {
        breaks(
                new NodeFaults.IdentitiesAreNotPassedOn(),
                core -> ManualWorld.ofNodes(core, 5, 0),
                DirectedAdmissionTest::oneVoteTwice);
    }

    /**
     * p0 stands in term 1 and has p2's vote; its other requests are late, and it sleeps. p2 is lost and is readmitted by p1,
     * p3 and p4, none of which knows of term 1. It votes for p1 in that term, as p3 does. Then p4 receives p0's request.
     */
    private static void oneVoteTwice(ManualWorld manual) {
        manual.canvass(0);
        for (int voter = 1; voter <= 2; voter++) {
            manual.hear(voter, 0);
            manual.hear(0, voter);
        }
        manual.hear(2, 0);
        manual.hear(0, 2);
        for (int voter = 1; voter <= 4; voter++) {
            manual.holdUp(voter, 0);
        }
        manual.lose(2);
        for (int voter : new int[] {1, 3, 4}) {
            manual.meet(2, voter);
        }
        assertThat(manual.world().peer(2).takesPart()).isTrue();
        manual.pass(LONGER_THAN_E_MICROS);
        manual.canvass(1);
        for (int letters = 0; letters < 2; letters++) {
            for (int voter = 2; voter <= 3; voter++) {
                manual.hear(voter, 1);
                manual.hear(1, voter);
            }
        }
        assertThat(manual.world().peer(1).role()).isInstanceOf(Leader.class);
        assertThat(manual.world().peer(1).ballot())
                .isEqualTo(Ballot.vote(1, manual.world().group().id(1)));
        manual.release(4, 0);
        manual.hearTheFirstOfTwo(4, 0);
        manual.hear(0, 4);
        manual.hear(4, 0);
        manual.hear(0, 4);
        assertThat(manual.world().peer(0).role()).isInstanceOf(Candidate.class);
    }

    /**
     * p1 stands in term 1 and has p0's vote; its other requests are late. p0 is lost twice, and both times the operator names
     * the first loss; the second time p5 and p6 accept it, which do not know of the earlier one. p3 and p4 are lost after
     * that, and learn of the second one first. So four vouched for the p0 that voted for p1, and four may vouch for the one
     * that votes for p5 in the same term: a voter that learns of both must obey neither.
     */
    @Test
    void twoIdentitiesInOnePlaceVoteTwiceInOneTerm() {
        breaks(new NodeFaults.KeepsToTheFirstHeardOf(), core -> ManualWorld.ofNodes(core, 7, 0), manual -> {
            manual.lose(0);
            meetAll(manual, 0, 1, 2, 3, 4);
            assertThat(manual.world().peer(0).takesPart()).isTrue();
            manual.pass(LONGER_THAN_E_MICROS);
            manual.canvass(1);
            hearEach(manual, 1, 0, 2, 3);
            hearEach(manual, 1, 0);
            for (int voter = 2; voter <= 6; voter++) {
                manual.holdUp(voter, 1);
            }
            manual.lose(0);
            meetAll(manual, 0, 5, 6);
            manual.lose(3);
            meetAll(manual, 3, 5, 6, 2, 4);
            manual.lose(4);
            manual.pass(LONGER_THAN_E_MICROS);
            meetAll(manual, 4, 5, 6, 3, 2);
            manual.world().apply(Choice.of(Choice.What.NODE_TICK, 4));
            meetAll(manual, 4, 3);
            assertThat(manual.world().peer(3).takesPart()).isTrue();
            assertThat(manual.world().peer(4).takesPart()).isTrue();
            meetAll(manual, 0, 3, 4);
            manual.pass(LONGER_THAN_E_MICROS);
            manual.canvass(5);
            hearEach(manual, 5, 0, 3, 4);
            hearEach(manual, 5, 0, 3, 4);
            for (int voter : new int[] {2, 6}) {
                manual.release(voter, 1);
                manual.hearTheFirstOfTwo(voter, 1);
                manual.hear(1, voter);
                manual.hear(voter, 1);
                manual.hear(1, voter);
            }
        });
    }

    /** Each voter receives the candidate's message, and the candidate its answer. */
    private static void hearEach(ManualWorld manual, int candidate, int... voters) {
        for (int voter : voters) {
            manual.hear(voter, candidate);
            manual.hear(candidate, voter);
        }
    }

    private static void meetAll(ManualWorld manual, int peer, int... others) {
        for (int other : others) {
            manual.meet(peer, other);
        }
    }
}

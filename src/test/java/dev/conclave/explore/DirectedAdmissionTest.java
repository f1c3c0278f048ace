package dev.conclave.explore;

import static dev.conclave.explore.DirectedTest.breaks;
import static dev.conclave.explore.DirectedTest.votes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.Ballot;
import dev.conclave.core.Candidate;
import dev.conclave.core.Leader;
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
        breaks(new NodeFaults.ReadmittedWithoutFloor(), core -> Stage.ofNodes(core, 3, 0), stage -> {
            stage.canvass(1);
            stage.hear(2, 1);
            stage.hear(1, 2);
            stage.holdUp(2, 1);
            stage.stand(0, 2);
            assertThat(stage.world().peer(0).role()).isInstanceOf(Leader.class);
            stage.lose(2);
            stage.meet(2, 0);
            stage.meet(2, 1);
            assertThat(stage.world().peer(2).takesPart()).isTrue();
            stage.tick(1);
            stage.pass(LONGER_THAN_E_MICROS);
            stage.hear(2, 1);
            stage.hear(1, 2);
        });
    }

    /** p1 leads term 1 by p2's vote, and p0 knows nothing of it. p1 and p2 lose their directories, and vouch for each other. */
    @Test
    void twoVotersThatReadmitEachOtherElectASecondLeader() {
        breaks(new NodeFaults.WaitingPeersVouch(), core -> Stage.ofNodes(core, 3, 0), stage -> {
            stage.stand(1, 2);
            assertThat(stage.world().peer(1).role()).isInstanceOf(Leader.class);
            stage.lose(1);
            stage.lose(2);
            for (int rounds = 0; rounds < 2; rounds++) {
                stage.meet(1, 0);
                stage.meet(2, 0);
                stage.meet(1, 2);
            }
            stage.canvass(1);
            votes(stage, 1, 2);
        });
    }

    /** The vote of the lost p2 stays counted at p0 when p4's vote carries the new identity of p2. */
    @Test
    void aVoteOfALostIdentityThatIsNotDiscardedElectsASecondLeader() {
        breaks(
                new NodeFaults.NothingIsStruck(),
                core -> Stage.ofNodes(core, 5, 0),
                DirectedAdmissionTest::oneVoteTwice);
    }

    /** The same run: p4's vote does not carry the new identity of p2. */
    @Test
    void aVoteThatDoesNotCarryTheNewIdentityElectsASecondLeader() {
        breaks(
                new NodeFaults.IdentitiesAreNotPassedOn(),
                core -> Stage.ofNodes(core, 5, 0),
                DirectedAdmissionTest::oneVoteTwice);
    }

    /**
     * p0 stands in term 1 and has p2's vote; its other requests are late, and it sleeps. p2 is lost and is readmitted by p1,
     * p3 and p4, none of which knows of term 1. It votes for p1 in that term, as p3 does. Then p4 receives p0's request.
     */
    private static void oneVoteTwice(Stage stage) {
        stage.canvass(0);
        for (int voter = 1; voter <= 2; voter++) {
            stage.hear(voter, 0);
            stage.hear(0, voter);
        }
        stage.hear(2, 0);
        stage.hear(0, 2);
        for (int voter = 1; voter <= 4; voter++) {
            stage.holdUp(voter, 0);
        }
        stage.lose(2);
        for (int voter : new int[] {1, 3, 4}) {
            stage.meet(2, voter);
        }
        assertThat(stage.world().peer(2).takesPart()).isTrue();
        stage.pass(LONGER_THAN_E_MICROS);
        stage.canvass(1);
        for (int letters = 0; letters < 2; letters++) {
            for (int voter = 2; voter <= 3; voter++) {
                stage.hear(voter, 1);
                stage.hear(1, voter);
            }
        }
        assertThat(stage.world().peer(1).role()).isInstanceOf(Leader.class);
        assertThat(stage.world().peer(1).ballot())
                .isEqualTo(Ballot.vote(1, stage.world().group().id(1)));
        stage.release(4, 0);
        stage.hearTheFirstOfTwo(4, 0);
        stage.hear(0, 4);
        stage.hear(4, 0);
        stage.hear(0, 4);
        assertThat(stage.world().peer(0).role()).isInstanceOf(Candidate.class);
    }

    /**
     * p1 stands in term 1 and has p0's vote; its other requests are late. p0 is lost twice, and both times the operator names
     * the first loss; the second time p5 and p6 accept it, which do not know of the earlier one. p3 and p4 are lost after
     * that, and learn of the second one first. So four vouched for the p0 that voted for p1, and four may vouch for the one
     * that votes for p5 in the same term: a voter that learns of both must obey neither.
     */
    @Test
    void twoIdentitiesInOnePlaceVoteTwiceInOneTerm() {
        breaks(new NodeFaults.KeepsToTheFirstHeardOf(), core -> Stage.ofNodes(core, 7, 0), stage -> {
            stage.lose(0);
            meetAll(stage, 0, 1, 2, 3, 4);
            assertThat(stage.world().peer(0).takesPart()).isTrue();
            stage.pass(LONGER_THAN_E_MICROS);
            stage.canvass(1);
            hearEach(stage, 1, 0, 2, 3);
            hearEach(stage, 1, 0);
            for (int voter = 2; voter <= 6; voter++) {
                stage.holdUp(voter, 1);
            }
            stage.lose(0);
            meetAll(stage, 0, 5, 6);
            stage.lose(3);
            meetAll(stage, 3, 5, 6, 2, 4);
            stage.lose(4);
            stage.pass(LONGER_THAN_E_MICROS);
            meetAll(stage, 4, 5, 6, 3, 2);
            stage.world().apply(Choice.of(Choice.What.NODE_TICK, 4));
            meetAll(stage, 4, 3);
            assertThat(stage.world().peer(3).takesPart()).isTrue();
            assertThat(stage.world().peer(4).takesPart()).isTrue();
            meetAll(stage, 0, 3, 4);
            stage.pass(LONGER_THAN_E_MICROS);
            stage.canvass(5);
            hearEach(stage, 5, 0, 3, 4);
            hearEach(stage, 5, 0, 3, 4);
            for (int voter : new int[] {2, 6}) {
                stage.release(voter, 1);
                stage.hearTheFirstOfTwo(voter, 1);
                stage.hear(1, voter);
                stage.hear(voter, 1);
                stage.hear(1, voter);
            }
        });
    }

    /** Each voter receives the candidate's letter, and the candidate its answer. */
    private static void hearEach(Stage stage, int candidate, int... voters) {
        for (int voter : voters) {
            stage.hear(voter, candidate);
            stage.hear(candidate, voter);
        }
    }

    private static void meetAll(Stage stage, int peer, int... others) {
        for (int other : others) {
            stage.meet(peer, other);
        }
    }
}

package dev.conclave.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.Ballot;
import dev.conclave.core.Candidate;
import dev.conclave.core.Leader;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Faults that show only when several things go wrong at once: each has a scripted run in which it breaks a property that the
 * production core keeps.
 */
@Tag("explore")
class DirectedTest {

    /** Two voters restart while the leader's lease lasts, and are loyal for half of E. */
    @Test
    void aLoyaltyOfTheStartThatIsTooShortMakesTwoLeases() {
        breaks(new LoyaltyFaults.ShorterLoyaltyAtStart(), Stage::apart, stage -> {
            stage.lead(0, 1);
            stage.hear(2, 0);
            stage.restart(1);
            stage.restart(2);
            stage.pass(5000);
            stage.stand(1, 2);
        });
    }

    /**
     * p1 asks p2 for its pre-vote; p2 is in term 2 by then, and its answer is late: p1 already obeys p0, whose lease of term
     * 1 rests on it. p1 adopts the term, and must stay loyal to p0.
     */
    @Test
    void aLoyaltyThatEndsWithItsTermMakesTwoLeases() {
        breaks(new LoyaltyFaults.LoyaltyGoesWithTheTerm(), Stage::new, stage -> {
            stage.tick(1);
            stage.holdUp(0, 1);
            stage.holdUp(2, 1);
            stage.tick(2);
            stage.hear(1, 2);
            stage.hear(2, 1);
            while (stage.world().peer(2).role() instanceof Candidate) {
                stage.holdUp(1, 2);
                stage.tick(2);
            }
            stage.holdUp(1, 2);
            stage.tick(2);
            stage.hear(1, 2);
            stage.hear(2, 1);
            stage.holdUp(1, 2);
            stage.release(2, 1);
            stage.hear(2, 1);
            stage.holdUp(1, 2);
            stage.tick(0);
            stage.lead(0, 1);
            stage.release(1, 2);
            stage.hear(1, 2);
            stage.hear(0, 2);
            stage.hear(2, 0);
            stage.hear(2, 1);
            assertThat(stage.world().peer(2).role()).isNotInstanceOf(Candidate.class);
            stage.stand(2, 1);
        });
    }

    /** p3, a non-voter, leads term 1; its next life knows nothing, requests votes in term 1, and receives the same answers. */
    @Test
    void aVoteForTheNameOfANonVoterElectsTwoLeaders() {
        breaks(new VoteFaults.VotesForTheName(), Stage::withOneThatHasNoVote, stage -> {
            elected(stage, 1);
            stage.holdUp(0, 3);
            stage.holdUp(1, 3);
            stage.supplant(3);
            // The first time it only learns of term 1.
            elected(stage, 2);
            assertThat(stage.world().peer(3).ballot().term()).isEqualTo(2);
        });
    }

    private static void elected(Stage stage, int times) {
        for (int time = 0; time < times; time++) {
            stage.canvass(3);
            for (int letters = 0; letters < 2; letters++) {
                stage.hear(0, 3);
                stage.hear(1, 3);
                stage.hear(3, 0);
                stage.hear(3, 1);
            }
        }
        assertThat(stage.world().peer(3).role()).isInstanceOf(Leader.class);
    }

    /**
     * p0 hands over to p3, a non-voter, which leads term 2 by the votes of p0 and p1. Another process takes its name,
     * receives the release too, and stands in term 2 as well; p2 votes for it, and p1 repeats its answer to a request of the
     * former process.
     */
    @Test
    void aVoteForAFormerLifeElectsTwoLeaders() {
        breaks(new VoteFaults.CountsVotesForFormerLives(), Stage::withOneThatHasNoVote, stage -> {
            stage.lead(0, 1);
            stage.tick(3);
            stage.hear(0, 3);
            stage.handOver(0);
            stage.hear(3, 0);
            stage.hear(0, 3);
            stage.hear(3, 0);
            stage.hear(1, 0);
            stage.hearTheFirstOfTwo(1, 3);
            stage.hear(3, 1);
            assertThat(stage.world().peer(3).role()).isInstanceOf(Leader.class);
            stage.holdUp(0, 3);
            stage.holdUp(1, 0);
            stage.supplant(3);
            stage.hear(1, 3);
            stage.holdUp(3, 1);
            stage.tick(0);
            stage.hear(3, 0);
            stage.hear(2, 3);
            stage.hear(3, 2);
            stage.release(3, 1);
            stage.hear(3, 1);
            assertThat(stage.world().peer(3).role()).isNotInstanceOf(Leader.class);
        });
    }

    /** A late letter of the former life frees a voter that obeys the current one. */
    @Test
    void aMessageOfAnotherLifeThatIsTakenForAProofMakesTwoLeases() {
        breaks(new LoyaltyFaults.AnotherLifeIsAProof(), Stage::new, stage -> {
            stage.lead(0, 1);
            stage.hear(2, 0);
            stage.tick(0);
            stage.holdUp(1, 0);
            stage.restart(0);
            stage.pass(12_001);
            stage.lead(0, 1);
            stage.release(1, 0);
            stage.hear(1, 0);
            stage.stand(2, 1);
            stage.stand(2, 1);
            stage.stand(2, 1);
        });
    }

    /**
     * p1's acknowledgement of p0's term 1 is late. p0 hands over to p1 and leads again, without any acknowledgement: p1 is
     * not loyal for the old one, since it received the release of term 1.
     */
    @Test
    void anAcknowledgementOfAnOlderTermThatIsCountedMakesTwoLeases() {
        breaks(new LeaseFaults.CountsOldAcknowledgements(), Stage::new, stage -> {
            ledByAll(stage);
            stage.tick(0);
            stage.hear(1, 0);
            stage.holdUp(0, 1);
            stage.handOver(0);
            stage.hear(1, 0);
            stage.hear(2, 0);
            stage.hear(1, 2);
            stage.holdUp(2, 1);
            stage.hear(0, 1);
            stage.hear(1, 0);
            stage.handOver(1);
            stage.hear(2, 1);
            stage.hear(0, 1);
            stage.hear(0, 2);
            assertThat(stage.world().peer(0).role()).isInstanceOf(Leader.class);
            stage.release(0, 1);
            stage.hear(0, 1);
            stage.canvass(2);
            votes(stage, 2, 1);
            assertThat(stage.world().peer(2).role()).isInstanceOf(Leader.class);
        });
    }

    /**
     * p1, named by p0's release of term 1, stands in vain until term 4 and names the released term 1 in each request.
     * Meanwhile p0 has voted for p2 in term 2 and acknowledged it, and has forgotten that by a restart: it only knows that it
     * may be loyal.
     */
    @Test
    void aReleasedTermThatFreesARestartedVoterMakesTwoLeases() {
        breaks(new LoyaltyFaults.ReleaseFreesTheForgetful(), Stage::new, stage -> {
            ledByAll(stage);
            stage.handOver(0);
            stage.hear(1, 0);
            for (int term = 3; term <= 4; term++) {
                while (stage.world().peer(1).role() instanceof Candidate) {
                    stage.holdUp(0, 1);
                    stage.tick(1);
                }
                stage.holdUp(0, 1);
                stage.holdUp(2, 1);
                stage.canvass(1);
                stage.hear(0, 1);
                stage.hear(1, 0);
            }
            stage.holdUp(0, 1);
            stage.holdUp(2, 1);
            assertThat(stage.world().peer(1).ballot())
                    .isEqualTo(Ballot.vote(4, stage.world().group().id(1)));
            stage.holdUp(2, 0);
            stage.canvass(2);
            votes(stage, 2, 0);
            stage.hear(0, 2);
            stage.hear(2, 0);
            assertThat(stage.world().oracle().held(2)).isEqualTo(2);
            stage.restart(0);
            stage.tick(1);
            stage.hear(0, 1);
            stage.hear(1, 0);
        });
    }

    private static void ledByAll(Stage stage) {
        stage.lead(0, 1);
        stage.hear(2, 0);
        stage.hear(0, 2);
        // The next round, a moment later, names the succession.
        stage.pass(1);
        stage.tick(0);
        stage.hear(1, 0);
        stage.hear(2, 0);
        stage.hear(0, 1);
        stage.hear(0, 2);
    }

    /** A candidate that already asks for votes receives the pre-vote and the vote of the voter, if it grants them. */
    static void votes(Stage stage, int candidate, int voter) {
        for (int letters = 0; letters < 2; letters++) {
            stage.hear(voter, candidate);
            stage.hear(candidate, voter);
        }
    }

    /** R12: a pause delays a follower once per silence. */
    @Test
    void aNodeWhoseTimersAreAlwaysLateStandsAllTheSame() {
        assertThat(isLedWhereTimersAreLate(Core.PRODUCTION)).isTrue();
        assertThat(isLedWhereTimersAreLate(new VoteFaults.AlwaysDrains())).isFalse();
    }

    private static boolean isLedWhereTimersAreLate(Core core) {
        Stage stage = new Stage(core);
        World world = stage.world();
        for (int millis = 0; millis < 20 * 12; millis++) {
            stage.pass(1000);
            for (int i = 0; i < 3; i++) {
                if (world.now(i) >= world.peer(i).wakeAt() + 2_000_000) {
                    world.apply(Choice.of(Choice.What.TICK, i).withDraw(millis * 0x9E3779B97F4A7C15L));
                }
                for (int j = 0; j < 3; j++) {
                    stage.hear(i, j);
                }
            }
            if (world.leader().isPresent()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Plays the run with the production core, which keeps all properties, and with the fault, which breaks one of its listed
     * ones.
     *
     * @param opening sets the stage for a core
     */
    static void breaks(Core faulty, Function<Core, Stage> opening, Consumer<Stage> story) {
        Stage stage = opening.apply(Core.PRODUCTION);
        story.accept(stage);
        String broken = "";
        try {
            story.accept(opening.apply(faulty));
        } catch (Violation violation) {
            broken = violation.property();
        }
        Tooth tooth = Tooth.of(faulty);
        System.out.println("tooth " + tooth.rule() + " " + tooth.fault() + ": " + broken + ", told step by step");
        assertThat(tooth.properties()).contains(broken);
    }
}

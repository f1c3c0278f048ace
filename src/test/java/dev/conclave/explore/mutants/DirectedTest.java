package dev.conclave.explore.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.Ballot;
import dev.conclave.core.peer.Candidate;
import dev.conclave.core.peer.Leader;
import dev.conclave.explore.search.ManualWorld;
import dev.conclave.explore.world.Choice;
import dev.conclave.explore.world.Core;
import dev.conclave.explore.world.Violation;
import dev.conclave.explore.world.World;
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

    /**
     * p0 leads term 1 and writes the first value, which reaches no other peer; its lease ends. p1 leads term 2 by the vote of p2 and
     * finds no register; its lease ends. p2 is elected in term 3 by the vote of p0.
     */
    @Test
    void aFirstWriteThatFoundsNothingComesBack() {
        breaks(new RegisterFaults.WritesBeforeItFounds(), ManualWorld::new, manual -> {
            manual.lead(0, 1);
            manual.write(0);
            manual.holdUp(1, 0);
            manual.holdUp(2, 0);
            endsAlone(manual, 0);
            manual.holdUp(0, 1);
            manual.holdUp(0, 2);
            leadsBy(manual, 1, 2);
            manual.holdUp(2, 1);
            endsAlone(manual, 1);
            manual.holdUp(1, 2);
            leadsBy(manual, 2, 0);
        });
    }

    /** The peer drains its queue first (R12), since it slept. */
    private static void leadsBy(ManualWorld manual, int peer, int voter) {
        for (int rounds = 0; rounds < 20 && manual.world().oracle().held(peer) == 0; rounds++) {
            manual.tick(peer);
            for (int letters = 0; letters < 4; letters++) {
                manual.hear(voter, peer);
                manual.hear(peer, voter);
            }
        }
        assertThat(manual.world().oracle().held(peer)).isPositive();
    }

    /** No voter answers the leader until its lease is over. */
    private static void endsAlone(ManualWorld manual, int leader) {
        while (manual.world().oracle().held(leader) != 0) {
            manual.tick(leader);
            for (int other = 0; other < 3; other++) {
                manual.holdUp(other, leader);
            }
            if (manual.world().oracle().isDismissed(leader)) {
                manual.usersStopped(leader);
            }
        }
        manual.pass(40_000);
    }

    /** Two voters restart while the leader's lease lasts, and are loyal for half of E. */
    @Test
    void aLoyaltyOfTheStartThatIsTooShortMakesTwoLeases() {
        breaks(new LoyaltyFaults.ShorterLoyaltyAtStart(), ManualWorld::apart, manual -> {
            manual.lead(0, 1);
            manual.hear(2, 0);
            manual.restart(1);
            manual.restart(2);
            manual.pass(5000);
            manual.stand(1, 2);
        });
    }

    /**
     * p1 asks p2 for its pre-vote; p2 is in term 2 by then, and its answer is late: p1 already obeys p0, whose lease of term
     * 1 rests on it. p1 adopts the term, and must stay loyal to p0.
     */
    @Test
    void aLoyaltyThatEndsWithItsTermMakesTwoLeases() {
        breaks(new LoyaltyFaults.LoyaltyGoesWithTheTerm(), ManualWorld::new, manual -> {
            manual.tick(1);
            manual.holdUp(0, 1);
            manual.holdUp(2, 1);
            manual.tick(2);
            manual.hear(1, 2);
            manual.hear(2, 1);
            while (manual.world().peer(2).role() instanceof Candidate) {
                manual.holdUp(1, 2);
                manual.tick(2);
            }
            manual.holdUp(1, 2);
            manual.tick(2);
            manual.hear(1, 2);
            manual.hear(2, 1);
            manual.holdUp(1, 2);
            manual.release(2, 1);
            manual.hear(2, 1);
            manual.holdUp(1, 2);
            manual.tick(0);
            manual.lead(0, 1);
            manual.release(1, 2);
            manual.hear(1, 2);
            manual.hear(0, 2);
            manual.hear(2, 0);
            manual.hear(2, 1);
            assertThat(manual.world().peer(2).role()).isNotInstanceOf(Candidate.class);
            manual.stand(2, 1);
        });
    }

    /** p3, a non-voter, leads term 1; its next life knows nothing, requests votes in term 1, and receives the same answers. */
    @Test
    void aVoteForTheNameOfANonVoterElectsTwoLeaders() {
        breaks(new VoteFaults.VotesForTheName(), ManualWorld::withOneThatHasNoVote, manual -> {
            elected(manual, 1);
            manual.holdUp(0, 3);
            manual.holdUp(1, 3);
            manual.supplant(3);
            // The first time it only learns of term 1.
            elected(manual, 2);
            assertThat(manual.world().peer(3).ballot().term()).isEqualTo(2);
        });
    }

    private static void elected(ManualWorld manual, int times) {
        for (int time = 0; time < times; time++) {
            manual.canvass(3);
            for (int letters = 0; letters < 2; letters++) {
                manual.hear(0, 3);
                manual.hear(1, 3);
                manual.hear(3, 0);
                manual.hear(3, 1);
            }
        }
        assertThat(manual.world().peer(3).role()).isInstanceOf(Leader.class);
    }

    /**
     * p0 hands over to p3, a non-voter, which leads term 2 by the votes of p0 and p1. Another process takes its name,
     * receives the release too, and stands in term 2 as well; p2 votes for it, and p1 repeats its answer to a request of the
     * former process.
     */
    @Test
    void aVoteForAFormerLifeElectsTwoLeaders() {
        breaks(new VoteFaults.CountsVotesForFormerLives(), ManualWorld::withOneThatHasNoVote, manual -> {
            manual.lead(0, 1);
            manual.tick(3);
            manual.hear(0, 3);
            manual.handOver(0);
            manual.hear(3, 0);
            manual.hear(0, 3);
            manual.hear(3, 0);
            manual.hear(1, 0);
            manual.hearTheFirstOfTwo(1, 3);
            manual.hear(3, 1);
            assertThat(manual.world().peer(3).role()).isInstanceOf(Leader.class);
            manual.holdUp(0, 3);
            manual.holdUp(1, 0);
            manual.supplant(3);
            manual.hear(1, 3);
            manual.holdUp(3, 1);
            manual.tick(0);
            manual.hear(3, 0);
            manual.hear(2, 3);
            manual.hear(3, 2);
            manual.release(3, 1);
            manual.hear(3, 1);
            assertThat(manual.world().peer(3).role()).isNotInstanceOf(Leader.class);
        });
    }

    /** A late message of the former life frees a voter that obeys the current one. */
    @Test
    void aMessageOfAnotherLifeThatIsTakenForAProofMakesTwoLeases() {
        breaks(new LoyaltyFaults.AnotherLifeIsAProof(), ManualWorld::new, manual -> {
            manual.lead(0, 1);
            manual.hear(2, 0);
            manual.tick(0);
            manual.holdUp(1, 0);
            manual.restart(0);
            manual.pass(12_001);
            manual.lead(0, 1);
            manual.release(1, 0);
            manual.hear(1, 0);
            manual.stand(2, 1);
            manual.stand(2, 1);
            manual.stand(2, 1);
        });
    }

    /**
     * p1's acknowledgement of p0's term 1 is late. p0 hands over to p1 and leads again, without any acknowledgement: p1 is
     * not loyal for the old one, since it received the release of term 1.
     */
    @Test
    void anAcknowledgementOfAnOlderTermThatIsCountedMakesTwoLeases() {
        breaks(new LeaseFaults.CountsOldAcknowledgements(), ManualWorld::new, manual -> {
            ledByAll(manual);
            manual.tick(0);
            manual.hear(1, 0);
            manual.holdUp(0, 1);
            manual.handOver(0);
            manual.hear(1, 0);
            manual.hear(2, 0);
            manual.hear(1, 2);
            manual.holdUp(2, 1);
            manual.hear(0, 1);
            manual.hear(1, 0);
            manual.handOver(1);
            manual.hear(2, 1);
            manual.hear(0, 1);
            manual.hear(0, 2);
            assertThat(manual.world().peer(0).role()).isInstanceOf(Leader.class);
            manual.release(0, 1);
            manual.hear(0, 1);
            manual.canvass(2);
            votes(manual, 2, 1);
            assertThat(manual.world().peer(2).role()).isInstanceOf(Leader.class);
        });
    }

    /**
     * p1, named by p0's release of term 1, stands in vain until term 4 and names the released term 1 in each request.
     * Meanwhile p0 has voted for p2 in term 2 and acknowledged it, and has forgotten that by a restart: it only knows that it
     * may be loyal.
     */
    @Test
    void aReleasedTermThatFreesARestartedVoterMakesTwoLeases() {
        breaks(new LoyaltyFaults.ReleaseFreesTheForgetful(), ManualWorld::new, manual -> {
            ledByAll(manual);
            manual.handOver(0);
            manual.hear(1, 0);
            for (int term = 3; term <= 4; term++) {
                while (manual.world().peer(1).role() instanceof Candidate) {
                    manual.holdUp(0, 1);
                    manual.tick(1);
                }
                manual.holdUp(0, 1);
                manual.holdUp(2, 1);
                manual.canvass(1);
                manual.hear(0, 1);
                manual.hear(1, 0);
            }
            manual.holdUp(0, 1);
            manual.holdUp(2, 1);
            assertThat(manual.world().peer(1).ballot())
                    .isEqualTo(Ballot.vote(4, manual.world().group().id(1)));
            manual.holdUp(2, 0);
            manual.canvass(2);
            votes(manual, 2, 0);
            manual.hear(0, 2);
            manual.hear(2, 0);
            assertThat(manual.world().oracle().held(2)).isEqualTo(2);
            manual.restart(0);
            manual.tick(1);
            manual.hear(0, 1);
            manual.hear(1, 0);
        });
    }

    private static void ledByAll(ManualWorld manual) {
        manual.lead(0, 1);
        manual.hear(2, 0);
        manual.hear(0, 2);
        // The next round, a moment later, names the succession.
        manual.pass(1);
        manual.tick(0);
        manual.hear(1, 0);
        manual.hear(2, 0);
        manual.hear(0, 1);
        manual.hear(0, 2);
    }

    /** A candidate that already asks for votes receives the pre-vote and the vote of the voter, if it grants them. */
    static void votes(ManualWorld manual, int candidate, int voter) {
        for (int letters = 0; letters < 2; letters++) {
            manual.hear(voter, candidate);
            manual.hear(candidate, voter);
        }
    }

    /** R12: a pause delays a follower once per silence. */
    @Test
    void aNodeWhoseTimersAreAlwaysLateStandsAllTheSame() {
        assertThat(isLedWhereTimersAreLate(Core.PRODUCTION)).isTrue();
        assertThat(isLedWhereTimersAreLate(new VoteFaults.AlwaysDrains())).isFalse();
    }

    private static boolean isLedWhereTimersAreLate(Core core) {
        ManualWorld manual = new ManualWorld(core);
        World world = manual.world();
        for (int millis = 0; millis < 20 * 12; millis++) {
            manual.pass(1000);
            for (int i = 0; i < 3; i++) {
                if (world.now(i) >= world.peer(i).wakeAt() + 2_000_000) {
                    world.apply(Choice.of(Choice.What.TICK, i).withDraw(millis * 0x9E3779B97F4A7C15L));
                }
                for (int j = 0; j < 3; j++) {
                    manual.hear(i, j);
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
     * @param opening sets the manual for a core
     */
    static void breaks(Core faulty, Function<Core, ManualWorld> opening, Consumer<ManualWorld> story) {
        ManualWorld manual = opening.apply(Core.PRODUCTION);
        story.accept(manual);
        String broken = "";
        try {
            story.accept(opening.apply(faulty));
        } catch (Violation violation) {
            broken = violation.property();
        }
        Mutant mutant = Mutant.of(faulty);
        System.out.println("mutant " + mutant.rule() + " " + mutant.fault() + ": " + broken + ", told step by step");
        assertThat(mutant.properties()).contains(broken);
    }
}

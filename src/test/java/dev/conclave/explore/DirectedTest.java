package dev.conclave.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.Candidate;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Faults that need several things to go wrong at once: each has a story, told step by step, in which it breaks what the
 * production core keeps.
 */
@Tag("explore")
class DirectedTest {

    /** Two voters restart while the leader's lease lasts, and owe for half of E. */
    @Test
    void aShorterLoyaltyAtTheStart() {
        breaks(new LoyaltyFaults.ShorterLoyaltyAtStart(), true, stage -> {
            stage.lead(0, 1);
            stage.hear(2, 0);
            stage.restart(1);
            stage.restart(2);
            stage.pass(5000);
            stage.stand(1, 2);
        });
    }

    /**
     * p1 asks p2 for its pre-vote; p2 has come to term 2 by then, and its answer is late: p1 obeys p0 already, whose lease of term 1
     * rests on it. It learns the term, and must go on owing p0 what it owes.
     */
    @Test
    void loyaltyThatGoesWithTheTerm() {
        breaks(new LoyaltyFaults.LoyaltyGoesWithTheTerm(), false, stage -> {
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
            while (stage.world().peer(2).role() instanceof Candidate) {
                stage.tick(2);
            }
            stage.stand(2, 1);
        });
    }

    /** A late letter of the life before frees a voter that obeys the present one. */
    @Test
    void anotherLifeTakenForAProof() {
        breaks(new LoyaltyFaults.AnotherLifeIsAProof(), false, stage -> {
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

    /** Whose timers are always late stands all the same (R12). */
    @Test
    void whoIsAlwaysLateStandsAllTheSame() {
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

    private static void breaks(Core faulty, boolean clocksApart, Consumer<Stage> story) {
        story.accept(clocksApart ? Stage.apart(Core.PRODUCTION) : new Stage(Core.PRODUCTION));
        String broken = "";
        Stage stage = clocksApart ? Stage.apart(faulty) : new Stage(faulty);
        try {
            story.accept(stage);
        } catch (Violation violation) {
            broken = violation.property();
        }
        System.out.println("tooth " + faulty.getClass().getSimpleName() + ": " + broken + ", told step by step");
        assertThat(broken).isIn("S3", "STRONG");
    }
}

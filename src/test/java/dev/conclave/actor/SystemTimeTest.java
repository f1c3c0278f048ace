package dev.conclave.actor;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The timer of a node. */
class SystemTimeTest {

    private static final ActorTestKit KIT = ActorTestKit.create();

    private final Time time = new SystemTime(KIT.system());
    private final TestProbe<String> rung = KIT.createTestProbe();

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
    }

    private Time.Timer at(long instant, String what) {
        return time.at(instant, () -> rung.getRef().tell(what));
    }

    @Test
    void timerTasksOfOneInstantRunInOrderAndNotBeforeIt() {
        long instant = time.nanoTime() + Duration.ofMillis(50).toNanos();
        at(instant, "first");
        at(instant, "second");
        rung.expectMessage("first");
        assertThat(time.nanoTime()).isGreaterThanOrEqualTo(instant);
        rung.expectMessage("second");
    }

    @Test
    void aCancelledTimerTaskDoesNotRunAndOthersOfItsInstantDo() {
        long instant = time.nanoTime() + Duration.ofMillis(50).toNanos();
        Time.Timer first = at(instant, "first");
        at(instant, "second");
        first.cancel();
        rung.expectMessage("second");
    }

    @Test
    void aTimerTaskOfAPastInstantRunsAtOnceAlsoASecondTime() {
        long passed = time.nanoTime();
        at(passed, "first");
        rung.expectMessage("first");
        at(passed, "again");
        rung.expectMessage("again");
    }

    @Test
    void aTimerTaskOfTheEarliestInstantThatANumberCanNameRunsAtOnce() {
        at(Long.MIN_VALUE, "now");
        rung.expectMessage("now");
    }
}

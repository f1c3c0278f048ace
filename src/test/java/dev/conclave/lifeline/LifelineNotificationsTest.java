package dev.conclave.lifeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.logging.LogLines;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The lifeline's log lines about strangers: each once, never more than a page an hour, and never silent for good (R13). */
class LifelineNotificationsTest {

    private final TestClock clock = new TestClock();
    private final LifelineNotifications reports =
            new LifelineNotifications(new RecordingListener(), Runnable::run, clock);

    @Test
    void aSenderIsNamedOnceAnHourAndAHundredSendersAtMost() {
        try (LogLines lines = LogLines.of(Lifeline.class.getName())) {
            for (int i = 0; i < 3; i++) {
                reports.dropped("10.6.6.6", "it is a test");
            }
            assertThat(lines.soFar()).containsExactly("Dropped a lifeline connection with 10.6.6.6: it is a test");
            for (int i = 0; i < 3 * LifelineNotifications.MAX_NAMED; i++) {
                reports.dropped("10.6." + i, "it is a test");
            }
            assertThat(lines.soFar()).hasSize(LifelineNotifications.MAX_NAMED);
            assertThat(reports.dropped()).isEqualTo(3 + 3 * LifelineNotifications.MAX_NAMED);

            clock.jump(Duration.ofHours(1));
            reports.dropped("10.6.6.6", "it is a test");
            assertThat(lines.soFar()).hasSize(LifelineNotifications.MAX_NAMED + 1);
        }
    }
}

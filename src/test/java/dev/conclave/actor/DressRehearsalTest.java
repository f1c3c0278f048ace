package dev.conclave.actor;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.DeadLetter;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.eventstream.EventStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Three whole nodes in one process: they elect, hand over and fail over, and leave nothing behind. */
class DressRehearsalTest {

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void somebodyLeadsInTheEndAndNobodyElseHearsOfIt(boolean withLifelines) throws Exception {
        try (LoneNode real = new LoneNode(LoneNode.ANNA)) {
            TestProbe<DeadLetter> lost = real.kit.createTestProbe(DeadLetter.class);
            real.kit.system().eventStream().tell(new EventStream.Subscribe<>(DeadLetter.class, lost.getRef()));
            for (int act = 0; act < 10; act++) {
                try (DressRehearsal dress = new DressRehearsal(
                        real.kit.system(), real.place.time(), real.place.peer(), withLifelines, act)) {
                    assertThat(dress.play().port()).isBetween(1, 3);
                }
            }
            lost.expectNoMessage();
        }
    }
}

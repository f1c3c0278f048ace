package dev.conclave.actor;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.DeadLetter;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.eventstream.EventStream;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.lifeline.Lifeline;
import dev.conclave.lifeline.LifelineListener;
import java.net.InetAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Three whole nodes in one process: they elect, hand over and fail over, and leave nothing behind. */
class DressRehearsalTest {

    @Test
    void somebodyLeadsAfterAHandOverAndAKillAndNobodyElseHearsOfIt() throws Exception {
        try (LoneNode real = new LoneNode(LoneNode.ANNA);
                Lifeline lifeline = lifeline()) {
            TestProbe<DeadLetter> lost = real.kit.createTestProbe(DeadLetter.class);
            real.kit.system().eventStream().tell(new EventStream.Subscribe<>(DeadLetter.class, lost.getRef()));
            for (int act = 0; act < 10; act++) {
                try (DressRehearsal dress = new DressRehearsal(real.kit.system(), with(real.place, lifeline), act)) {
                    assertThat(dress.play().port()).isBetween(1, 3);
                }
            }
            lost.expectNoMessage();
        }
    }

    private static Lifeline lifeline() throws Exception {
        return Lifeline.open(
                InetAddress.getLoopbackAddress(), 0, LoneNode.ANNA, new Incarnation(1), new LifelineListener() {
                    @Override
                    public void gone(PeerId peer, Incarnation incarnation) {}

                    @Override
                    public void ended(Throwable cause) {}
                });
    }

    private static NodePlace with(NodePlace place, Lifeline lifeline) {
        return new NodePlace(
                place.self(),
                place.peer(),
                place.store(),
                Optional.of(lifeline),
                place.time(),
                place.startedAt(),
                place.endpoints(),
                false,
                place.elections(),
                place.instruments(),
                place.logs());
    }
}

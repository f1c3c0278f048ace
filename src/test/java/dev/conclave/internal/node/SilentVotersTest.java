package dev.conclave.internal.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.PeerId;
import java.util.List;
import org.junit.jupiter.api.Test;

class SilentVotersTest {

    private static final PeerId SELF = PeerId.parse("localhost:1");
    private static final PeerId OTHER = PeerId.parse("localhost:2");
    private static final PeerId THIRD = PeerId.parse("localhost:3");

    private List<PeerId> voters = List.of(SELF, OTHER, THIRD);

    private final SilentVoters unheard = new SilentVoters("orders", SELF, () -> voters);

    @Test
    void aVoterIsUnheardUntilItsFirstMessage() {
        assertThat(unheard.list()).containsExactly(OTHER, THIRD);
        unheard.heard(OTHER);
        assertThat(unheard.list()).containsExactly(THIRD);
    }

    @Test
    void aVoterThatWasAddedIsUnheardAndOneThatWasRemovedIsNot() {
        PeerId added = PeerId.parse("localhost:4");
        unheard.heard(OTHER);
        voters = List.of(SELF, OTHER, added);
        assertThat(unheard.list()).containsExactly(added);
    }

    @Test
    void theHintForMissingVotersNamesTheActorSystemAndTheFormOfVoters() {
        assertThat(unheard.hint(unheard.list()))
                .contains("actor systems have the same name \"orders\"", "localhost is not 127.0.0.1")
                .doesNotContain("it may be");
    }

    @Test
    void theHintForAMissingVoterNamesAStrangerWithTheSamePort() {
        unheard.greetedBy(PeerId.parse("127.0.0.1:2"));
        unheard.greetedBy(PeerId.parse("127.0.0.1:4"));
        assertThat(unheard.hint(List.of(OTHER)))
                .endsWith("127.0.0.1:2 is not in conclave.voters but contacts this node: it may be localhost:2");
        assertThat(unheard.hint(List.of(THIRD))).doesNotContain("it may be");
    }

    @Test
    void anEndlessSeriesOfStrangersIsForgotten() {
        for (int i = 1; i < 250; i++) {
            unheard.greetedBy(PeerId.parse("10.0.0." + i + ":2"));
        }
        assertThat(unheard.hint(List.of(OTHER))).hasSizeLessThan(2_000);
    }
}

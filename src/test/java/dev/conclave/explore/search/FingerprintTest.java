package dev.conclave.explore.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.explore.world.Choice;
import dev.conclave.explore.world.Core;
import dev.conclave.explore.world.Fingerprint;
import dev.conclave.explore.world.SeededRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A complete search looks at only one of the states with the same {@link Fingerprint}, so the fingerprint must contain
 * everything on which the future depends. Random walks reach a fingerprint in several ways; the choices there must lead
 * to the same states each time.
 */
@Tag("explore")
class FingerprintTest {

    private static final int WALKS = Integer.getInteger("walks", 2_000);

    /** The possible next states of a fingerprint, and the choices that first led to it. */
    private record Met(List<Long> future, List<Choice> way) {}

    static Stream<NamedSearch> sizes() {
        return NamedSearch.everyBuild().stream();
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void statesWithOneFingerprintHaveOneFuture(NamedSearch size) {
        PeerModel model = new PeerModel(size.bounds(), Core.PRODUCTION);
        SeededRandom random = new SeededRandom(size.name().hashCode());
        Map<Long, Met> met = new HashMap<>();
        int again = 0;
        for (int walk = 0; walk < WALKS; walk++) {
            PeerModel.Situation now = model.initial();
            List<Choice> way = new ArrayList<>();
            while (true) {
                List<PeerModel.Situation> next = new ArrayList<>();
                List<Choice> taken = new ArrayList<>();
                List<Long> future = new ArrayList<>();
                for (Choice choice : model.choices(now)) {
                    PeerModel.Situation then = model.next(now, choice);
                    if (then != null) {
                        next.add(then);
                        taken.add(choice);
                        future.add(model.fingerprint(then));
                    }
                }
                // The choices may come in another order: messages lie as they were sent.
                Collections.sort(future);
                Met first = met.putIfAbsent(model.fingerprint(now), new Met(future, List.copyOf(way)));
                if (first != null) {
                    again++;
                    assertThat(future)
                            .as("after %s and after %s", way, first.way)
                            .isEqualTo(first.future);
                }
                if (next.isEmpty()) {
                    break;
                }
                int at = random.below(next.size());
                now = next.get(at);
                way.add(taken.get(at));
            }
        }
        // Walks that never meet would compare nothing.
        assertThat(again).isGreaterThan(WALKS);
    }
}

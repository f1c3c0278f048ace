package dev.conclave.explore.nacos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.explore.nacos.NacosModel.Limits;
import dev.conclave.explore.nacos.NacosModel.Move;
import dev.conclave.explore.nacos.NacosModel.Servers;
import dev.conclave.explore.search.Search;
import dev.conclave.explore.world.Violation;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The same search on the vote rules of Nacos 1.1.3 finds two leaders in one term, in four ways, and a lost acknowledged
 * write.
 */
@Tag("explore")
class NacosTest {

    @Test
    void aNacosServerGrantsTwoVotesToTwoRequestsAtOnce() {
        shortest("N1, no fault at all", new Limits(3, 3, 2, 0, true, false));
    }

    @Test
    void aNacosServerForgetsItsVoteInARestart() {
        shortest("N2, one restart", new Limits(3, 3, 2, 1, false, false));
    }

    @Test
    void aNacosServerCountsLateRepliesAndRefusals() {
        shortest("N3, N4: late replies and refusals counted", new Limits(3, 3, 4, 0, false, true));
    }

    @Test
    void aNacosServerOfFiveCountsLateRepliesInALaterTerm() {
        shortest("N3, five servers: late replies counted in a later term", new Limits(5, 2, 2, 0, false, true));
    }

    @Test
    void failedWritesOfAnUnreachableNacosLeaderOutweighAnAcknowledgedOne() {
        Search<NacosWrites.State, Move> search =
                new Search<>(new NacosWrites(new Limits(3, 2, 2, 0, false, false), 3, 3), 2, 3_000_000);
        search.run();
        System.out.println("Nacos 1.1.3, N5: an acknowledged write is lost: " + search.states()
                + " states, shortest run " + search.counterexample().size() + ": " + search.counterexample());
        assertThat(search.violation())
                .isNotNull()
                .extracting(Violation::property)
                .isEqualTo("KEPT");
    }

    @Test
    void nacosServersWithoutTheseFaultsElectOneLeaderPerTerm() {
        Search<Servers, Move> search = new Search<>(new NacosModel(new Limits(3, 3, 2, 0, false, false)), 2, 600_000);
        assertThat(search.run()).isTrue();
    }

    private static void shortest(String name, Limits limits) {
        Search<Servers, Move> search = new Search<>(new NacosModel(limits), 2, 3_000_000);
        search.run();
        List<Move> run = search.counterexample();
        System.out.println(
                "Nacos 1.1.3, " + name + ": " + search.states() + " states, shortest run " + run.size() + ": " + run);
        assertThat(search.violation()).isNotNull();
    }
}

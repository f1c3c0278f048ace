package dev.conclave.explore.nacos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.peer.Peer;
import dev.conclave.explore.nacos.NacosModel.Limits;
import dev.conclave.explore.nacos.NacosModel.Move;
import dev.conclave.explore.nacos.NacosModel.Servers;
import dev.conclave.explore.search.ManualWorld;
import dev.conclave.explore.world.Core;
import dev.conclave.explore.world.PeerGroup;
import dev.conclave.explore.world.Violation;
import dev.conclave.explore.world.World;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * One run of the rules of Nacos 1.1.3 beside the production core under the same choices: a vote that a restart forgets. This
 * test keeps the table of both in {@code docs/verification.md} true.
 */
@Tag("explore")
class NacosBesideConclaveTest {

    private static final List<String> CHOICES = List.of(
            "campaign A",
            "request reaches B",
            "reply reaches A",
            "restart B",
            "campaign C",
            "request reaches B",
            "reply reaches C");

    private final NacosModel model = new NacosModel(new Limits(3, 3, 2, 1, false, false));
    private Servers servers = model.initial();

    private final ManualWorld manual = new ManualWorld(Core.PRODUCTION);
    private final World world = manual.world();

    @Test
    void theTableInTheDocumentationShowsTheSameRunOfNacosAndConclave() throws Exception {
        List<String> table = new ArrayList<>(List.of("| choice | Nacos 1.1.3 | Conclave |", "|---|---|---|"));
        for (String choice : CHOICES) {
            String nacos = nacos(choice);
            conclave(choice);
            table.add("| " + choice + " | " + nacos + " | " + state(choice.charAt(choice.length() - 1) - 'A') + " |");
        }
        String text = String.join("\n", table) + "\n";
        System.out.print(text);
        assertThat(Files.readString(Path.of("docs", "verification.md"), StandardCharsets.UTF_8))
                .contains(text);
    }

    private String nacos(String choice) {
        Move move = model.choices(servers).stream()
                .filter(one -> one.toString().replaceAll(" #\\d+", "").equals(choice))
                .findFirst()
                .orElseThrow();
        int i = move.server();
        try {
            servers = Objects.requireNonNull(model.next(servers, move));
        } catch (Violation violation) {
            return "**" + violation.getMessage() + "**";
        }
        int vote = servers.votes().get(i);
        return (char) ('A' + i)
                + (servers.leads().get(i) ? " leads term " : ": term ")
                + servers.terms().get(i)
                + (vote > 2 ? ", no vote" : ", vote for " + (char) ('A' + vote));
    }

    /**
     * The same choice in Conclave, where pre-votes precede votes, votes are forced to the disk, and leaders send heartbeats.
     */
    private void conclave(String choice) {
        switch (choice) {
            case "campaign A" -> {
                manual.tick(0);
                manual.hear(1, 0);
                manual.hear(0, 1);
            }
            case "reply reaches A" -> {
                manual.hear(0, 1);
                manual.hear(1, 0);
                manual.hear(0, 1);
            }
            case "restart B" -> manual.restart(1);
            case "campaign C" -> manual.tick(2);
            case "reply reaches C" -> manual.hear(2, 1);
            default -> manual.hear(1, world.life(1) == 1 ? 0 : 2);
        }
    }

    private String state(int i) {
        Peer peer = world.peer(i);
        return (char) ('A' + i) + ": " + peer.role().name() + ", term "
                + peer.ballot().term()
                + peer.ballot()
                        .votedFor()
                        .map(id -> ", vote for " + (char) ('A' + PeerGroup.indexOf(id)))
                        .orElse(", no vote")
                + (peer.ballot().equals(world.durable(i)) ? ", on disk" : "")
                + (world.oracle().held(i) != 0 ? ", holds a lease" : "");
    }
}

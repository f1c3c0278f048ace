package dev.conclave.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.cluster.trial.Cluster;
import dev.conclave.cluster.trial.PeerProcess;
import dev.conclave.cluster.trial.Trial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A journal that is damaged, cut short, or gone; and how a peer comes back without it when the operator confirms the loss (R15). */
@Timeout(300)
class LostMemoryIT {

    private static final Pattern LOST_IDENTITY = Pattern.compile("lost-identity = (\\d+-[0-9a-f]+)");

    @RegisterExtension
    final Trial trial = new Trial();

    @Test
    void aPeerThatLostItsJournalIsRefusedUntilTheOperatorAcceptsItAndOthersGoOn() throws IOException {
        Cluster cluster = trial.cluster(3).start();
        PeerProcess leader = cluster.awaitLeader();
        PeerProcess poor = cluster.others(leader).get(0);
        byte[] whole = killedWithItsJournal(cluster, poor);

        byte[] damaged = whole.clone();
        damaged[700] ^= 1;
        assertThat(refusalOf(poor, damaged)).contains(poor.journal().toString(), "damaged");
        assertThat(refusalOf(poor, Arrays.copyOf(whole, 300)))
                .contains(poor.journal().toString());

        // With its former directory it follows again: the refusals changed no file in it.
        Files.write(poor.journal(), whole);
        cluster.restart(poor);
        cluster.awaitLeader();

        // A peer with an empty directory and a known name does not take part.
        cluster.kill(poor);
        empty(poor.dataDirectory());
        poor.startInVain();
        cluster.until("the remedy in the log", () -> lostIdentity(poor).find());
        cluster.kill(poor);

        // The operator confirms the loss.
        Matcher lost = lostIdentity(poor);
        assertThat(lost.find()).isTrue();
        empty(poor.dataDirectory());
        Files.writeString(poor.dataDirectory().resolve("accept"), "lost-identity = " + lost.group(1) + "\n");
        int before = poor.log().length();
        cluster.restart(poor);
        // It may follow a leader before it may vote.
        cluster.until(
                "the peer to take part", () -> poor.log().substring(before).contains("takes part"));
        cluster.awaitLeader();
        assertThat(poor.dataDirectory().resolve("accept")).doesNotExist();
        // Its vote counts again: the other remaining peer needs it for a majority.
        cluster.kill(cluster.others(poor).get(0));
        cluster.awaitLeader();
    }

    private static byte[] killedWithItsJournal(Cluster cluster, PeerProcess peer) throws IOException {
        cluster.kill(peer);
        return Files.readAllBytes(peer.journal());
    }

    private static String refusalOf(PeerProcess peer, byte[] journal) throws IOException {
        Files.write(peer.journal(), journal);
        int before = peer.log().length();
        peer.startInVain();
        assertThat(peer.awaitExit()).isEqualTo(1);
        return peer.log().substring(before);
    }

    private static Matcher lostIdentity(PeerProcess peer) {
        return LOST_IDENTITY.matcher(peer.log()
                .lines()
                .filter(line -> !line.contains("damaged"))
                .reduce("", (all, line) -> all + line + "\n"));
    }

    private static void empty(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                if (!path.equals(directory)) {
                    Files.delete(path);
                }
            }
        }
    }
}

package dev.conclave.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.cluster.machine.Loopback;
import dev.conclave.cluster.trial.Cluster;
import dev.conclave.cluster.trial.HttpDoor;
import dev.conclave.cluster.trial.PeerProcess;
import dev.conclave.cluster.trial.Program;
import dev.conclave.cluster.trial.Trial;
import dev.conclave.status.ElectorateStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A journal that is damaged, cut short, or gone; and how a voter without its journal votes again when it is readmitted (E8, E9). */
@Timeout(300)
class LostMemoryIT {

    @RegisterExtension
    final Trial trial = new Trial();

    @Test
    void aVoterThatLostItsJournalIsNotReadyUntilItIsReadmittedAndTheOthersGoOn() throws IOException {
        Cluster cluster = trial.electorate(3, Loopback.of(3), Program.NODE).start();
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

        // With an empty directory it is another voter than the one that the configuration names.
        cluster.kill(poor);
        poor.emptyDataDirectory();
        cluster.restart(poor);
        cluster.until("the remedy in the state of " + poor, () -> isExcluded(poor));
        String why = poor + " does not take part: configuration 0 names this address with another data directory";
        cluster.until("the remedy in its log", () -> poor.log().contains(why));
        assertThat(poor.door().status().orElseThrow().ready()).isFalse();
        assertThat(electorate(poor).votes()).isFalse();
        assertThat(cluster.leader()).contains(leader);

        HttpDoor.Answer readmitted = leader.door().change("readmit " + poor);

        assertThat(readmitted.isDone()).as(readmitted.body()).isTrue();
        cluster.until(
                poor + " to vote",
                () -> electorate(poor).votes()
                        && poor.door().status().orElseThrow().ready());
        assertThat(cluster.awaitLeader()).isEqualTo(leader);
        // Its vote counts again: the other remaining peer needs it for a majority.
        cluster.kill(leader);
        cluster.awaitNextLeader();
    }

    private static boolean isExcluded(PeerProcess peer) {
        return peer.door()
                .status()
                .flatMap(now -> now.whyNot())
                .filter(why -> why.contains("names this address with another data directory than")
                        && why.contains("say at another voter: electorate readmit " + peer))
                .isPresent();
    }

    private static ElectorateStatus electorate(PeerProcess peer) {
        return peer.door().electorate().orElseThrow();
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
}

package dev.conclave.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.cluster.machine.Loopback;
import dev.conclave.cluster.trial.Cluster;
import dev.conclave.cluster.trial.HttpDoor;
import dev.conclave.cluster.trial.PeerProcess;
import dev.conclave.cluster.trial.Program;
import dev.conclave.cluster.trial.Trial;
import dev.conclave.judge.Event;
import dev.conclave.status.ElectorateStatus;
import dev.conclave.status.NodeStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A journal that is damaged, cut short, or gone; and how a voter without its journal votes again when it is readmitted (E8, E9). */
@Tag("soak")
@Timeout(300)
class LostMemoryIT {

    @RegisterExtension
    final Trial trial = new Trial();

    @Test
    void aVoterThatLostItsJournalIsNotReadyUntilItIsReadmittedAndTheOthersGoOn() throws IOException {
        Cluster cluster = trial.electorate(3, Loopback.of(3), Program.NODE).start();
        PeerProcess leader = cluster.awaitLeader();
        PeerProcess poor = cluster.others(leader).get(0);
        int before = cluster.events();

        // With an empty directory it is another voter than the one that the configuration names.
        cluster.kill(poor);
        poor.emptyDataDirectory();
        cluster.restart(poor);
        cluster.until("the remedy in the state of " + poor, () -> isExcluded(poor));
        String why = poor + " does not take part: configuration 0 names this address with another data directory";
        cluster.until("the remedy in its log", () -> poor.log().contains(why));
        assertThat(poor.door().status().orElseThrow().ready()).isFalse();
        assertThat(electorate(poor).votes()).isFalse();

        HttpDoor.Answer readmitted = leader.door().change("readmit " + poor);

        assertThat(readmitted.isDone()).as(readmitted.body()).isTrue();
        cluster.until(
                poor + " to vote",
                () -> electorate(poor).votes()
                        && poor.door().status().orElseThrow().ready());
        PeerProcess leading = cluster.awaitLeader();
        assertThat(cluster.endedByCauseAfter(before)).isEmpty();
        // Its vote counts again: without it the peer that is left has no majority.
        cluster.kill(leading);
        cluster.awaitNextLeader();
    }

    @Test
    void aDamagedAndAShortenedJournalAreRefusedAndTheFormerOneIsAcceptedAfterwards() throws IOException {
        Cluster cluster = trial.cluster(3).start();
        PeerProcess poor = cluster.others(cluster.awaitLeader()).get(0);
        cluster.kill(poor);
        byte[] whole = Files.readAllBytes(poor.journal());

        byte[] damaged = whole.clone();
        damaged[700] ^= 1;
        assertThat(refusalOf(poor, damaged)).contains(poor.journal().toString(), "damaged");
        assertThat(refusalOf(poor, Arrays.copyOf(whole, 300)))
                .contains(poor.journal().toString());

        // With its former directory it follows again: the refusals changed no file in it.
        Files.write(poor.journal(), whole);
        cluster.restart(poor);
        cluster.awaitLeader();
    }

    @Test
    void twoOfThreeVotersThatLostTheirJournalsElectNothingUntilTheOldVolumeOfOneComesBack() throws IOException {
        Cluster cluster = trial.electorate(
                        3,
                        Loopback.of(3),
                        Program.NODE,
                        "-Dconclave.electorate.readmit-by-itself=on",
                        "-Dconclave.electorate.readmit-after=1s")
                .start();
        PeerProcess remaining = cluster.awaitLeader();
        PeerProcess returning = cluster.others(remaining).get(0);
        PeerProcess lost = cluster.others(remaining).get(1);
        cluster.kill(returning, lost);
        Path volume = trial.directory().resolve("volume");
        Files.move(returning.dataDirectory(), volume);
        Files.createDirectory(returning.dataDirectory());
        lost.emptyDataDirectory();
        long elected = elections(cluster);
        int before = remaining.log().length();
        cluster.restart(returning, lost);

        // The remaining voter names both, is not ready, and says what is left to do.
        cluster.until(
                remaining + " to name both",
                () -> electorate(remaining).voters().stream().allMatch(voter -> voter.self() != voter.excluded()));
        cluster.awaitDismissed(remaining);
        cluster.until("the remedy in the state of both", () -> isExcluded(returning) && isExcluded(lost));
        String few = "2 of 3 voters must answer, 1 does: start one, or, if they are lost for good, electorate force";
        cluster.until(
                "force to be named",
                () -> remaining.door().change("readmit " + lost).body().contains(few));
        cluster.until("a readmission by itself to be refused", () -> {
            String log = remaining.log().substring(before);
            return Stream.of(returning, lost).anyMatch(peer -> log.contains(peer + " could not be readmitted: " + few));
        });
        for (PeerProcess peer : cluster.running()) {
            NodeStatus status = peer.door().status().orElseThrow();
            assertThat(status.ready()).as("%s is ready", peer).isFalse();
            assertThat(status.whyNotReady()).isPresent();
            assertThat(electorate(peer).number()).isZero();
        }
        assertThat(elections(cluster)).as("elected by votes of outsiders").isEqualTo(elected);

        cluster.kill(returning);
        returning.emptyDataDirectory();
        Files.delete(returning.dataDirectory());
        Files.move(volume, returning.dataDirectory());
        cluster.restart(returning);

        cluster.awaitNextLeaderAmong(List.of(remaining, returning));
        cluster.until(
                lost + " to be readmitted",
                () -> electorate(lost).votes()
                        && lost.door().status().orElseThrow().ready());
        PeerProcess leader = cluster.awaitLeader();
        // The vote of the readmitted voter counts.
        cluster.kill(leader.equals(lost) ? returning : leader);
        cluster.awaitLeader();
    }

    private static long elections(Cluster cluster) {
        return cluster.history().events().stream()
                .filter(Event.Elected.class::isInstance)
                .count();
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

    private static String refusalOf(PeerProcess peer, byte[] journal) throws IOException {
        Files.write(peer.journal(), journal);
        int before = peer.log().length();
        peer.startInVain();
        assertThat(peer.awaitExit()).isEqualTo(1);
        return peer.log().substring(before);
    }
}

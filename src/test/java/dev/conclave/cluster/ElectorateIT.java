package dev.conclave.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.cluster.machine.Loopback;
import dev.conclave.cluster.trial.Cluster;
import dev.conclave.cluster.trial.HttpDoor;
import dev.conclave.cluster.trial.PeerProcess;
import dev.conclave.cluster.trial.Program;
import dev.conclave.cluster.trial.Trial;
import dev.conclave.judge.Event;
import dev.conclave.node.operate.CommandRun;
import dev.conclave.status.ElectorateStatus;
import dev.conclave.status.NodeStatus;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Voters and times change while the peers of an election run, are stopped, and are lost (E1 to E11). */
@Tag("soak")
@Timeout(300)
class ElectorateIT {

    @RegisterExtension
    final Trial trial = new Trial();

    @Test
    void allThreeMachinesAreReplacedWhileTheLeaderLeadsOnAndSoIsADeadVoter() {
        Cluster cluster = trial.electorate(3, Loopback.of(6), Program.NODE).start();
        List<PeerProcess> former = cluster.voters();
        cluster.awaitLeader();
        List<PeerProcess> fresh = cluster.spares();
        fresh.get(0).startWithOption("--data-dir", Optional.empty());
        fresh.subList(1, 3).forEach(PeerProcess::start);
        cluster.awaitLeader();

        refusals(cluster, former.get(0), fresh.get(0));
        PeerProcess leader = letOneLeadOf(former, cluster);
        long term = cluster.term();
        int before = cluster.events();
        List<PeerProcess> followers =
                former.stream().filter(peer -> !peer.equals(leader)).toList();
        change(leader, "replace " + followers.get(0) + " " + fresh.get(0));
        change(fresh.get(0), "replace " + followers.get(1) + " " + fresh.get(1));
        change(fresh.get(1), "replace " + leader + " " + fresh.get(2));
        awaitVoters(cluster, fresh, 6);

        // A leader that is not a voter any more leads on, until it is stopped.
        cluster.awaitLeader();
        assertThat(cluster.endedByCauseAfter(before)).isEmpty();
        for (PeerProcess gone : List.of(followers.get(0), leader)) {
            cluster.terminate(gone);
            assertThat(gone.awaitExit()).isZero();
        }
        PeerProcess next = cluster.awaitLeader();
        assertThat(cluster.term()).as("tokens grow").isGreaterThan(term);

        aDeadVoterIsReplaced(cluster, next, followers.get(1));
    }

    /** On a busy machine the start of the spare peers may have cost a voter its lease. */
    private static PeerProcess letOneLeadOf(List<PeerProcess> these, Cluster cluster) {
        PeerProcess leader = cluster.awaitLeader();
        while (!these.contains(leader)) {
            cluster.handOver(leader);
            leader = cluster.awaitNextLeader();
        }
        return leader;
    }

    /** The spare peer runs without a data directory, and has one afterwards. */
    private static void refusals(Cluster cluster, PeerProcess at, PeerProcess spare) {
        HttpDoor.Answer mistyped = at.door().change("add 127.0.0.1:1");
        assertThat(mistyped.status()).isEqualTo(409);
        assertThat(mistyped.body())
                .contains("127.0.0.1:1 has not stored configuration 0 within the last 1000 ms; start it first, or mind"
                        + " the address");

        HttpDoor.Answer forgetful = at.door().change("add " + spare);
        assertThat(forgetful.status()).isEqualTo(409);
        assertThat(forgetful.body()).contains(spare + " has no conclave.data-dir");

        cluster.kill(spare);
        cluster.restart(spare);
        cluster.awaitLeader();
    }

    private static void aDeadVoterIsReplaced(Cluster cluster, PeerProcess leader, PeerProcess substitute) {
        PeerProcess dead = cluster.running().stream()
                .filter(peer -> !peer.equals(leader) && !peer.equals(substitute))
                .findFirst()
                .orElseThrow();
        cluster.kill(dead);

        change(leader, "replace " + dead + " " + substitute);

        awaitVoters(cluster, cluster.running(), 8);
        // Its vote counts: without the leader it is one of two that are left.
        cluster.kill(cluster.awaitLeader());
        cluster.awaitNextLeader();
    }

    @Test
    void oneVoterBecomesThreeAndFiveAndThreeAgainAndARemovedVoterThatReturnsMovesNoTerm() {
        Cluster cluster = trial.electorate(1, Loopback.of(5), Program.NODE).start();
        PeerProcess first = cluster.awaitLeader();
        int founded = cluster.events();
        List<PeerProcess> all = cluster.peers();
        cluster.spares().forEach(PeerProcess::start);
        cluster.awaitLeader();

        change(first, "voters " + names(all.subList(0, 3)));
        awaitVoters(cluster, all.subList(0, 3), 2);
        change(first, "voters " + names(all));
        awaitVoters(cluster, all, 4);
        cluster.awaitLeader();
        assertThat(cluster.endedByCauseAfter(founded)).isEmpty();

        // It does not learn that it is removed, nor that others campaign meanwhile.
        PeerProcess cutOff = all.get(4);
        cluster.kill(cutOff);
        change(first, "voters " + names(all.subList(0, 3)));
        for (int i = 0; i < 3; i++) {
            cluster.handOver(cluster.awaitLeader());
            cluster.awaitNextLeader();
        }
        cluster.awaitLeader();
        int before = cluster.events();

        cluster.restart(cutOff);

        cluster.awaitLeader();
        cluster.until(
                cutOff + " to learn that it is not a voter",
                () -> view(cutOff)
                        .filter(now -> now.number() == 6 && now.obeyed() && !now.votes())
                        .isPresent());
        assertThat(cutOff.door().status().map(NodeStatus::takesPart)).contains(true);
        assertThat(cluster.endedByCauseAfter(before)).isEmpty();
        assertThat(cluster.history().events().subList(before, cluster.events()))
                .as("%s asks nobody for a vote", cutOff)
                .noneMatch(
                        event -> event instanceof Event.Standing && event.peer().equals(cutOff.id()));
    }

    @Test
    void timesChangeDuringARollingRestartWithAnyFileAndOneOfThreeIsForcedToGoOnAlone() {
        Cluster cluster = trial.electorate(3, Loopback.of(4), Program.NODE).start();
        PeerProcess leader = cluster.awaitLeader();
        List<PeerProcess> voters = List.copyOf(cluster.running());

        change(leader, "set election-timeout=500ms heartbeat-interval=100ms");
        rollWith(cluster, voters.get(0), "500ms");
        rollWith(cluster, voters.get(1), "1s");
        awaitTimes(cluster, 500);
        change(voters.get(1), "set election-timeout=1s heartbeat-interval=100ms");
        rollWith(cluster, voters.get(2), "500ms");
        awaitTimes(cluster, 1_000);

        aListOfOneFoundsNoSecondGroup(cluster, cluster.spares().get(0));
        aSurvivorGoesOnAlone(cluster, voters);
    }

    private static void rollWith(Cluster cluster, PeerProcess peer, String electionTimeout) {
        cluster.terminate(peer);
        assertThat(peer.awaitExit()).isZero();
        cluster.awaitLeader();
        peer.startWith(List.of("-Dconclave.election-timeout=" + electionTimeout));
        cluster.awaitLeader();
    }

    private static void awaitTimes(Cluster cluster, double electionMillis) {
        cluster.until(
                "an election timeout of " + electionMillis + " ms everywhere",
                () -> cluster.running().stream()
                        .allMatch(peer -> view(peer)
                                .filter(now -> now.obeyed() && now.electionTimeoutMillis() == electionMillis)
                                .isPresent()));
    }

    /** A file that names only its own node is left behind beside an empty directory; the node joins the cluster of the others. */
    private static void aListOfOneFoundsNoSecondGroup(Cluster cluster, PeerProcess alone) {
        PeerProcess member = cluster.running().get(0);
        String group = view(member).orElseThrow().group().orElseThrow();
        alone.startWithOption(
                "--voters", Optional.of(alone.toString()), "-Dakka.cluster.seed-nodes.0=akka://conclave@" + member);
        cluster.until(
                alone + " to learn the group of its cluster",
                () -> view(alone).filter(now -> now.number() >= 0).isPresent());
        assertThat(view(alone).orElseThrow().group()).contains(group);
        assertThat(view(alone).orElseThrow().votes()).isFalse();
        cluster.awaitLeader();
        cluster.kill(alone);
    }

    private static void aSurvivorGoesOnAlone(Cluster cluster, List<PeerProcess> voters) {
        PeerProcess survivor = voters.get(1);
        String group = view(survivor).orElseThrow().group().orElseThrow();
        long term = cluster.term();
        voters.forEach(cluster::kill);

        CommandRun force = new CommandRun();
        int code = force.run(
                "electorate",
                "force",
                survivor.dataDirectory().toString(),
                "--group",
                group,
                "--survivors",
                survivor.toString());
        assertThat(code).as(force.err()).isZero();
        cluster.restart(survivor);
        assertThat(cluster.awaitNextLeader()).isEqualTo(survivor);
        assertThat(cluster.term()).isGreaterThan(term);
        String forced = view(survivor).orElseThrow().group().orElseThrow();
        assertThat(forced).isNotEqualTo(group);

        // Not both at once: together they are a majority of the former group.
        for (PeerProcess lost : List.of(voters.get(0), voters.get(2))) {
            cluster.restart(lost);
            cluster.until(
                    lost + " to take the new group",
                    () -> view(lost)
                            .filter(now -> now.group().equals(Optional.of(forced)) && now.obeyed())
                            .isPresent());
            assertThat(cluster.awaitLeader()).isEqualTo(survivor);
        }
    }

    private static void change(PeerProcess at, String change) {
        HttpDoor.Answer answer = at.door().change(change);
        assertThat(answer.isDone()).as("%s at %s: %s", change, at, answer).isTrue();
    }

    private static Optional<ElectorateStatus> view(PeerProcess peer) {
        return peer.door().electorate();
    }

    /** Waits until all running peers obey a configuration with these voters. */
    private static void awaitVoters(Cluster cluster, Collection<PeerProcess> voters, int number) {
        List<String> names = voters.stream().map(PeerProcess::toString).sorted().toList();
        cluster.until(
                "configuration " + number + " with " + names + " everywhere",
                () -> cluster.running().stream()
                        .allMatch(peer -> view(peer)
                                .filter(now -> now.number() == number
                                        && now.obeyed()
                                        && names.equals(now.voters().stream()
                                                .map(ElectorateStatus.Voter::name)
                                                .sorted()
                                                .toList()))
                                .isPresent()));
    }

    private static String names(Collection<PeerProcess> peers) {
        return peers.stream().map(PeerProcess::toString).collect(Collectors.joining(","));
    }
}

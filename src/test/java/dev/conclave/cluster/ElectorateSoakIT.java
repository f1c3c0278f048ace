package dev.conclave.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.cluster.history.Operation;
import dev.conclave.cluster.history.RegisterHistory;
import dev.conclave.cluster.machine.Loopback;
import dev.conclave.cluster.program.Application;
import dev.conclave.cluster.trial.Cluster;
import dev.conclave.cluster.trial.HttpDoor;
import dev.conclave.cluster.trial.PeerProcess;
import dev.conclave.cluster.trial.Program;
import dev.conclave.cluster.trial.Trial;
import dev.conclave.judge.LeadershipInterval;
import dev.conclave.judge.Report;
import dev.conclave.status.ElectorateStatus;
import dev.conclave.status.NodeStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Voters and times change under two hundred elections while the proposer and leaders are killed and frozen, and data directories are
 * lost one after another (E4 to E9). After each fault the next change succeeds: nothing is stuck. The history of the register
 * of one of the elections is linearizable (U6, U7). Run with {@code mvn -Psoak verify
 * -Dtest=ElectorateSoakIT -Dsoak.minutes=10 -Dsurefire.failIfNoSpecifiedTests=false}; {@code -Dcluster.seed} repeats the faults of
 * another run, {@code -Dsoak.elections} has another number of elections.
 */
@Tag("soak")
class ElectorateSoakIT {

    private static final int ELECTIONS = Integer.getInteger("soak.elections", 200);
    private static final int VOTERS = 3;
    private static final int SPARES = 2;
    private static final Duration ELECTION_TIMEOUT = Duration.ofSeconds(1);

    /** A single change takes a pause of one E, and a replacement is two of them. */
    private static final int LONGEST_CHANGE_MILLIS = 4 * (int) ELECTION_TIMEOUT.toMillis();

    @RegisterExtension
    final Trial trial = new Trial();

    /** The stories, which follow each other in random order. */
    private enum Story {
        PROPOSER_KILLED,
        LEADER_KILLED,
        ALL_KILLED,
        PROPOSER_FROZEN_IN_ITS_PAUSE,
        DIRECTORY_LOST
    }

    @Test
    void changesOfTheElectorateEndOrAreUndoneWhateverHappensToThePeersAndNoPromiseOfAnyElectionIsBroken() {
        long seed = Long.getLong("cluster.seed", System.nanoTime());
        System.out.println("ElectorateSoakIT: -Dcluster.seed=" + seed);
        Random random = new Random(seed);
        Path histories = trial.directory().resolve("register");
        Cluster cluster = trial.electorate(
                VOTERS,
                Loopback.of(VOTERS + SPARES),
                Program.APPLICATION,
                "-D" + Application.FURTHER_ELECTIONS + "=" + (ELECTIONS - 1),
                "-D" + Application.REGISTER_HISTORY + "=" + histories,
                "-Dconclave.heartbeat-interval=200ms",
                "-Dconclave.electorate.readmit-by-itself=on",
                "-Dconclave.electorate.readmit-after=2s");
        cluster.start();
        cluster.spares().forEach(PeerProcess::start);
        Run run = new Run(cluster, random);
        run.settle();
        long end = System.nanoTime()
                + Duration.ofMinutes(Integer.getInteger("soak.minutes", 10)).toNanos();
        for (int i = 0; System.nanoTime() < end; i++) {
            // Each kind once, in their order; then by chance.
            int kinds = Story.values().length;
            run.tell(Story.values()[i < kinds ? i : random.nextInt(kinds)]);
        }
        int number = run.settle();
        cluster.close();

        Report further = cluster.judgeFurther();
        List<LeadershipInterval> leaderships = further.elections().values().stream()
                .flatMap(figures -> figures.leaderships().stream())
                .toList();
        long later = leaderships.stream().filter(one -> one.term() >> 32 > 0).count();
        System.out.println("ElectorateSoakIT: " + run.told + ", " + number + " configurations, "
                + further.elections().size() + " further elections with " + leaderships.size() + " leaderships, "
                + later
                + " of them under a later configuration than the first");
        RegisterHistory history = RegisterHistory.of(histories);
        System.out.println("ElectorateSoakIT: register of the election: " + history.counts());
        assertThat(history.violations())
                .as("what no register explains in " + histories)
                .isEmpty();
        assertThat(history.count(Operation.Kind.DONE))
                .as("writes that were done")
                .isPositive();
        assertThat(history.reads()).as("looks at the newest value").isPositive();
        assertThat(further.violations()).isEmpty();
        assertThat(later).as("leaderships under a later configuration").isPositive();
        assertThat(number)
                .isGreaterThan(
                        run.told.values().stream().mapToInt(Integer::intValue).sum());
    }

    /** The run, which tells one story after the other. */
    private static final class Run {

        private final Cluster cluster;
        private final Random random;
        private final Map<Story, Integer> told = new EnumMap<>(Story.class);

        Run(Cluster cluster, Random random) {
            this.cluster = cluster;
            this.random = random;
        }

        void tell(Story story) {
            System.out.println("ElectorateSoakIT: " + story);
            told.merge(story, 1, Integer::sum);
            switch (story) {
                case PROPOSER_KILLED -> {
                    PeerProcess proposer = any(voters());
                    CompletableFuture<HttpDoor.Answer> change = begin(proposer);
                    killAndRestart(proposer);
                    change.join();
                }
                case LEADER_KILLED -> {
                    PeerProcess proposer = any(voters());
                    CompletableFuture<HttpDoor.Answer> change = begin(proposer);
                    killAndRestart(cluster.leader().orElse(proposer));
                    change.join();
                }
                case ALL_KILLED -> {
                    CompletableFuture<HttpDoor.Answer> change = begin(any(voters()));
                    killAndRestart(cluster.peers().toArray(new PeerProcess[0]));
                    change.join();
                }
                case PROPOSER_FROZEN_IN_ITS_PAUSE -> freezeProposerInItsPause();
                case DIRECTORY_LOST -> loseDirectory(any(voters()));
            }
            settle();
            bringBackThreeVoters();
            settle();
        }

        /** Asks for a random change, and waits until a random moment of it. */
        private CompletableFuture<HttpDoor.Answer> begin(PeerProcess proposer) {
            CompletableFuture<HttpDoor.Answer> change = proposer.door().ask(someChange(List.of()));
            cluster.pass(Duration.ofMillis(random.nextInt(LONGEST_CHANGE_MILLIS)));
            return change;
        }

        private String someChange(List<PeerProcess> staying) {
            List<PeerProcess> voters = voters();
            List<PeerProcess> leaving =
                    voters.stream().filter(peer -> !staying.contains(peer)).toList();
            List<PeerProcess> spares = cluster.peers().stream()
                    .filter(peer -> !voters.contains(peer))
                    .toList();
            return random.nextInt(3) == 0
                    ? "set heartbeat-interval=100ms election-timeout=" + (800 + 100 * random.nextInt(5)) + "ms"
                    : "replace " + any(leaving) + " " + any(spares);
        }

        private void killAndRestart(PeerProcess... these) {
            cluster.kill(these);
            cluster.restart(these);
        }

        /** Another proposer finishes meanwhile, so that the frozen one goes on with a ballot that was overtaken. */
        private void freezeProposerInItsPause() {
            PeerProcess proposer = any(voters());
            CompletableFuture<HttpDoor.Answer> change = proposer.door().ask(someChange(List.of(proposer)));
            cluster.until("the pause of " + proposer, () -> change.isDone() || isInItsPause(proposer));
            cluster.freeze(proposer);
            cluster.passElectionTimeouts(3);
            List<PeerProcess> others =
                    voters().stream().filter(peer -> !peer.equals(proposer)).toList();
            changeUntilDone(
                    any(others),
                    "set heartbeat-interval=100ms election-timeout=" + (800 + 100 * random.nextInt(5)) + "ms");
            cluster.thaw(proposer);
            change.join();
        }

        private static boolean isInItsPause(PeerProcess proposer) {
            return view(proposer)
                    .flatMap(ElectorateStatus::underWay)
                    .filter(now -> now.step().contains("(pause"))
                    .isPresent();
        }

        /** The voter is readmitted by itself, or by an operator if another one was within the hour. */
        private void loseDirectory(PeerProcess voter) {
            cluster.kill(voter);
            voter.emptyDataDirectory();
            List<Integer> before =
                    cluster.peers().stream().map(peer -> peer.log().length()).toList();
            cluster.restart(voter);
            String refusal = voter + " asks to be readmitted, but another voter was readmitted less than an hour ago";
            cluster.until(voter + " to be readmitted, or refused", () -> votes(voter) || isLogged(refusal, before));
            if (!votes(voter)) {
                changeUntilDone(
                        any(voters().stream()
                                .filter(peer -> !peer.equals(voter))
                                .toList()),
                        "readmit " + voter);
                cluster.until(voter + " to vote", () -> votes(voter));
            }
        }

        private boolean isLogged(String text, List<Integer> from) {
            for (int i = 0; i < from.size(); i++) {
                if (cluster.peer(i).log().substring(from.get(i)).contains(text)) {
                    return true;
                }
            }
            return false;
        }

        /** A change that was undone, or that came in between, does not stay in the way of the next one. */
        private void bringBackThreeVoters() {
            List<PeerProcess> voters = voters();
            List<PeerProcess> wanted = new ArrayList<>(voters);
            cluster.peers().stream().filter(peer -> !voters.contains(peer)).forEach(wanted::add);
            String names = String.join(
                    ",",
                    wanted.subList(0, VOTERS).stream()
                            .map(PeerProcess::toString)
                            .toList());
            changeUntilDone(any(voters), "voters " + names);
            changeUntilDone(any(voters()), "set heartbeat-interval=200ms election-timeout=1s");
        }

        private void changeUntilDone(PeerProcess at, String change) {
            cluster.until("\"" + change + "\" at " + at, () -> {
                HttpDoor.Answer answer = at.door().change(change);
                if (!answer.isDone()) {
                    System.out.println("ElectorateSoakIT: " + change + " at " + at + ": " + answer.body());
                }
                return answer.isDone();
            });
        }

        /**
         * Waits until all peers follow a leader, obey the same configuration, and carry out no change.
         *
         * @return the number of the configuration
         */
        int settle() {
            cluster.until("a leader", cluster::isLed);
            cluster.until("one configuration on all peers", () -> {
                List<ElectorateStatus> views = cluster.peers().stream()
                        .flatMap(peer -> view(peer).stream())
                        .toList();
                return views.size() == cluster.peers().size()
                        && views.stream()
                                .allMatch(now -> now.number() == views.get(0).number()
                                        && now.obeyed()
                                        && now.underWay().isEmpty());
            });
            cluster.until(
                    "a leader of each election",
                    () -> cluster.peers().stream()
                            .allMatch(peer -> peer.door()
                                    .status()
                                    .filter(now -> now.elections().known() == ELECTIONS
                                            && now.elections().leaderless() == 0)
                                    .isPresent()));
            return view(cluster.peer(0)).orElseThrow().number();
        }

        private List<PeerProcess> voters() {
            // A frozen peer does not answer.
            PeerProcess asked = cluster.running().get(0);
            List<String> names = view(asked).orElseThrow().voters().stream()
                    .map(ElectorateStatus.Voter::name)
                    .toList();
            return cluster.peers().stream()
                    .filter(peer -> names.contains(peer.toString()))
                    .toList();
        }

        private PeerProcess any(List<PeerProcess> these) {
            return these.get(random.nextInt(these.size()));
        }

        private static boolean votes(PeerProcess peer) {
            return view(peer).filter(ElectorateStatus::votes).isPresent()
                    && peer.door().status().filter(NodeStatus::takesPart).isPresent();
        }

        private static Optional<ElectorateStatus> view(PeerProcess peer) {
            return peer.door().electorate();
        }
    }
}

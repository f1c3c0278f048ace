package dev.conclave.node.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.cluster.machine.UnreadPipe;
import dev.conclave.core.PeerId;
import dev.conclave.judge.Event;
import dev.conclave.judge.Judge;
import dev.conclave.node.cli.CliException;
import dev.conclave.node.cli.FreePorts;
import dev.conclave.node.operate.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Peers as processes, as a user runs them by hand. */
@Timeout(300)
@SuppressWarnings("NullAway.Init")
class RunIT {

    private static final String TOKEN = "a-secret-of-a-test";

    @TempDir
    private Path directory;

    private Peers peers;

    @BeforeEach
    void choosePorts() throws CliException {
        peers = Peers.of(3, directory);
    }

    @AfterEach
    void endAll() {
        peers.close();
    }

    @Test
    void onSigtermALeaderHandsOverAndExitsWithZero() throws Exception {
        startAll();
        Jvm first = Jvm.awaitLeader(peers.all(), 0);
        long term = first.lastTerm();
        first.process().toHandle().destroy();
        assertThat(first.awaitExit()).isZero();
        peers.all().remove(first);
        Jvm second = Jvm.awaitLeader(peers.all(), term);

        List<Event> said = first.events();
        assertThat(said.get(said.size() - 1)).isInstanceOf(Event.Stopped.class);
        assertThat(said)
                .anySatisfy(event -> assertThat(event).isInstanceOfSatisfying(Event.Dismissed.class, dismissed -> {
                    assertThat(dismissed.reason()).isEqualTo("leaving");
                    assertThat(dismissed.heldUntil()).isLessThanOrEqualTo(dismissed.mono());
                }));
        assertThat(first.log()).doesNotContain("Exception", "\tat ");

        Jvm again = peers.start(first.peer());
        // Any of the three may lead by then: on a busy machine the start of a peer can cost the second leader its
        // lease.
        Jvm.awaitLeader(peers.all(), second.lastTerm() - 1);
        assertThat(again.events().get(0))
                .isInstanceOfSatisfying(
                        Event.Started.class,
                        started -> assertThat(started.term()).isGreaterThanOrEqualTo(term));
        assertThat(Judge.judge(Jvm.allEvents(directory)).violations()).isEmpty();
    }

    @Test
    void onSigtermAPeerWhoseEventsNobodyReadsExitsWithZero() throws Exception {
        PeerId alone = peers.voter(0);
        try (UnreadPipe full = UnreadPipe.in(directory)) {
            full.fill();
            Jvm unread = Jvm.startThrough(full.asStandardOutput(), directory, alone, List.of(alone));
            peers.add(unread);
            Awaitility.await().atMost(Jvm.PATIENCE).until(() -> unread.log().contains("leads term"));
            unread.process().toHandle().destroy();
            assertThat(unread.awaitExit()).isZero();
        }
    }

    @Test
    void commandsOnStandardInputAndOverHttpAreExecuted() throws Exception {
        List<Integer> ports = FreePorts.find(3, new Random());
        for (int i = 0; i < peers.voters().size(); i++) {
            String http = String.valueOf(ports.get(i));
            peers.add(Jvm.startThrough(
                    List.of(
                            "env",
                            // E is long, since only commands may change the leader here, and not the pauses of a busy
                            // machine.
                            "JDK_JAVA_OPTIONS=-Dconclave.election-timeout=10s -Dconclave.http.writes=on"
                                    + " -Dconclave.http.tokens.alice=" + TOKEN),
                    directory,
                    peers.voter(i),
                    peers.voters(),
                    "--die-with-stdin",
                    "--http",
                    http));
        }
        Jvm first = Jvm.awaitLeader(peers.all(), 0);
        Jvm second = handOverByHttp(first, ports);
        first.command("withdraw");
        first.command("sing");
        second.command("withdraw");
        Jvm third = peers.all().stream()
                .filter(jvm -> jvm != first && jvm != second)
                .findFirst()
                .orElseThrow();
        third.awaitLeading();
        first.command("stand");
        // Only the first stands then.
        third.command("withdraw");
        first.awaitLeading();

        for (Jvm jvm : peers.all()) {
            jvm.process().getOutputStream().close();
        }
        for (Jvm jvm : peers.all()) {
            assertThat(jvm.awaitExit()).isZero();
        }
        assertThat(first.log()).contains("\"sing\" is not a command");
        assertThat(Judge.judge(Jvm.allEvents(directory)).violations()).isEmpty();
    }

    /** Looks at all nodes through one, lets another node lead, and returns that one. */
    private Jvm handOverByHttp(Jvm leader, List<Integer> ports) throws IOException {
        String at = "127.0.0.1:" + ports.get(0);
        CommandRun status = new CommandRun();
        // A node knows the doors of the others when it has met them.
        Awaitility.await().atMost(Jvm.PATIENCE).until(() -> status.run("status", "--at", at) == 0);
        assertThat(status.out())
                .contains(peers.voters().stream().map(PeerId::toString).toList());
        Jvm next = peers.all().stream().filter(jvm -> jvm != leader).findFirst().orElseThrow();
        Path token = Files.writeString(directory.resolve("token"), TOKEN);
        String to = next.peer().toString();
        CommandRun handOver = new CommandRun();
        assertThat(handOver.run("hand-over", "default", "--to", to, "--at", at, "--token-file", token.toString()))
                .as(handOver.err())
                .isZero();
        assertThat(handOver.out()).startsWith("default: " + to + " leads in term ");
        CommandRun events = new CommandRun();
        assertThat(events.run(
                        "events", "--at", "127.0.0.1:" + ports.get(peers.all().indexOf(leader))))
                .isZero();
        assertThat(events.out()).contains("(hand-over): operator (token alice)");
        return next;
    }

    private void startAll(String... more) throws IOException {
        for (PeerId voter : peers.voters()) {
            peers.start(voter, more);
        }
    }
}

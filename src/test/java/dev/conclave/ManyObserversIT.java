package dev.conclave;

import static java.util.concurrent.TimeUnit.MINUTES;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conclave.node.cli.CliException;
import dev.conclave.node.cli.FreePorts;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three hundred observers and three voters, in three processes, at the default H and E: each of them is
 * notified of the leader, also after a hand-over. Figures are printed and decide nothing. Run with
 * {@code mvn -Psoak verify -Dtest=ManyObserversIT -Dsoak.minutes=10}.
 */
@Tag("soak")
class ManyObserversIT {

    private static final int OBSERVERS = Integer.getInteger("soak.observers", 100);
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void threeHundredObserversFollowEveryLeader() throws IOException, CliException {
        List<String> voters = freeAddresses(3);
        List<Crowd> crowds = new ArrayList<>();
        try {
            for (int place = 0; place < 3; place++) {
                crowds.add(Crowd.start(voters, place, directory.resolve("voter-" + place)));
            }
            String first = awaitAgreement(crowds, 0);
            settle();
            watch(crowds, Duration.ofMinutes(Integer.getInteger("soak.minutes", 10)));
            String leader = awaitAgreement(crowds, 0);
            System.out.println(leader.equals(first) ? "The first leader led to the end." : "It began with " + first);

            long term = crowds.get(0).last().term;
            for (Crowd crowd : crowds) {
                crowd.say("hand-over");
            }
            awaitAgreement(crowds, term);
        } finally {
            crowds.forEach(Crowd::end);
        }
    }

    /** Waits until all observers of all processes follow the same leader above a term. */
    private static String awaitAgreement(List<Crowd> crowds, long above) {
        long began = System.nanoTime();
        await().atMost(PATIENCE)
                .pollInterval(1, SECONDS)
                .until(() -> crowds.stream()
                        .allMatch(crowd -> !crowd.last().leader.equals("-")
                                && crowd.last().agree == OBSERVERS
                                && crowd.last().term > above
                                && crowd.last().term == crowds.get(0).last().term));
        Line line = crowds.get(0).last();
        System.out.printf(
                "%d observers follow %s in term %d, %.0f s later%n",
                3 * OBSERVERS, line.leader, line.term, (System.nanoTime() - began) / 1e9);
        return line.leader + " in term " + line.term;
    }

    /** Waits until work of the start, above all that of the compiler, is over. */
    private static void settle() {
        long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        await().atMost(PATIENCE).pollInterval(1, SECONDS).until(() -> System.nanoTime() > until);
    }

    private static void watch(List<Crowd> crowds, Duration length) {
        List<Line> before = crowds.stream().map(Crowd::last).toList();
        long began = System.nanoTime();
        for (int minute = 0; minute < length.toMinutes(); minute++) {
            long until = began + Duration.ofMinutes(minute + 1).toNanos();
            await().atMost(10, MINUTES).pollInterval(1, SECONDS).until(() -> System.nanoTime() > until);
            double seconds = (System.nanoTime() - began) / 1e9;
            StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "after %.0f s:", seconds));
            for (int i = 0; i < crowds.size(); i++) {
                Line now = crowds.get(i).last();
                text.append(String.format(
                        Locale.ROOT,
                        " [%s leads term %d; %d of %d agree; heard of a leader %d times, of none %d times;"
                                + " %.1f %% of a core, heap %d MB]",
                        now.leader,
                        now.term,
                        now.agree,
                        OBSERVERS,
                        now.changes - before.get(i).changes,
                        now.leaderless - before.get(i).leaderless,
                        (now.cpuNanos - before.get(i).cpuNanos) / 1e7 / seconds,
                        now.heap >> 20));
            }
            System.out.println(text);
        }
    }

    private static List<String> freeAddresses(int many) throws CliException {
        return FreePorts.find(many, new Random()).stream()
                .map(port -> "127.0.0.1:" + port)
                .toList();
    }

    /** A line that {@link ObserverCrowd} prints. */
    private record Line(String leader, long term, int agree, long changes, long leaderless, long cpuNanos, long heap) {
        static Line parse(String text) {
            String[] parts = text.split(" ", -1);
            return new Line(
                    parts[1],
                    Long.parseLong(parts[2]),
                    Integer.parseInt(parts[3]),
                    Long.parseLong(parts[4]),
                    Long.parseLong(parts[5]),
                    Long.parseLong(parts[6]),
                    Long.parseLong(parts[7]));
        }
    }

    private static final class Crowd {
        private final Process process;
        private volatile Line last = new Line("-", 0, 0, 0, 0, 0, 0);

        private Crowd(Process process) {
            this.process = process;
            Thread reader = new Thread(this::read, "reader");
            reader.setDaemon(true);
            reader.start();
        }

        static Crowd start(List<String> voters, int place, Path data) throws IOException {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx1g",
                    "-Xss256k",
                    "-XX:+UseSerialGC",
                    "-cp",
                    System.getProperty("java.class.path"),
                    ObserverCrowd.class.getName(),
                    voters.stream().collect(Collectors.joining(",")),
                    String.valueOf(place),
                    data.toString(),
                    String.valueOf(OBSERVERS)));
            return new Crowd(new ProcessBuilder(command)
                    .redirectError(new File("target/many-observers-" + place + ".txt"))
                    .start());
        }

        private void read() {
            try (BufferedReader out =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = out.readLine(); line != null; line = out.readLine()) {
                    if (line.startsWith("crowd ")) {
                        last = Line.parse(line);
                    }
                }
            } catch (IOException ended) {
                // The test has ended the process.
            }
        }

        Line last() {
            assertThat(process.isAlive()).isTrue();
            return last;
        }

        void say(String line) {
            try {
                process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
                process.getOutputStream().flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void end() {
            process.destroyForcibly();
        }
    }
}

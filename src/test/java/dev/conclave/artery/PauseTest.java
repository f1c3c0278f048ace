package dev.conclave.artery;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import dev.conclave.Conclave;
import dev.conclave.Election;
import dev.conclave.Leadership;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** R14, R12: a process that resumes after its lease has ended does not lead, from its first instruction on. */
@Timeout(300)
class PauseTest {

    private static final long GAP_NANOS = SECONDS.toNanos(1);

    @TempDir
    Path directory;

    /** A node that is the only voter and leads, so that only its own clock can end its leadership. */
    static final class Child {

        private Child() {}

        public static void main(String[] args) {
            ActorSystem<Void> system = ActorSystem.create(
                    Behaviors.empty(),
                    "test",
                    ConfigFactory.parseFile(Path.of(args[0]).toFile()).withFallback(ConfigFactory.load()));
            Election election = Conclave.get(system).join("orders");
            election.stand();
            Leadership leadership = election.whenElected().toCompletableFuture().join();
            say("leads " + leadership.fencingToken());
            long last = System.nanoTime();
            for (long now = last; true; now = System.nanoTime()) {
                if (now - last > GAP_NANOS) {
                    // The process executes nothing else before these two calls.
                    boolean holds = leadership.holds();
                    boolean leads = election.leadership().isPresent();
                    say("slept " + last + " " + now + " " + holds + " " + leads + " "
                            + election.status().term());
                }
                last = now;
                LockSupport.parkNanos(100_000);
            }
        }

        private static void say(String line) {
            System.out.println(line);
            System.out.flush();
        }
    }

    /**
     * The state of the leadership after the process had not run for a while.
     *
     * @param from the last instant before, on the clock of {@link System#nanoTime()}, which is the machine's
     * @param to the first instant after
     * @param holds whether the leadership from before holds
     * @param leads whether the present leadership holds
     * @param term the term of that one
     */
    private record Slept(long from, long to, boolean holds, boolean leads, long term) {
        static Slept parse(String line) {
            String[] words = line.split(" ", -1);
            return new Slept(
                    Long.parseLong(words[1]),
                    Long.parseLong(words[2]),
                    Boolean.parseBoolean(words[3]),
                    Boolean.parseBoolean(words[4]),
                    Long.parseLong(words[5]));
        }
    }

    @Test
    void r14_aResumedProcessDoesNotHoldItsLeadershipBeforeAnythingElseHappens() throws IOException {
        TestCluster cluster = TestCluster.of(1, directory);
        Config settings = cluster.configOf(cluster.voters().get(0));
        Path config = Files.writeString(
                directory.resolve("child.conf"),
                ConfigFactory.empty()
                        .withValue("akka", settings.getValue("akka"))
                        .withValue("conclave", settings.getValue("conclave"))
                        .root()
                        .render(ConfigRenderOptions.concise()));
        Path out = directory.resolve("said.txt");
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx192m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        classPath(),
                        Child.class.getName(),
                        config.toString())
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            String leads = await().atMost(120, SECONDS)
                    .until(
                            () -> child.isAlive() ? said(out, "leads ").findFirst() : Optional.of(""),
                            Optional::isPresent)
                    .orElseThrow();
            assertThat(leads).as("the process has ended").isNotEmpty();
            long term = Long.parseLong(leads.substring("leads ".length()));
            signal(child, "STOP");
            long stopped = System.nanoTime();
            await().atMost(60, SECONDS).until(() -> System.nanoTime() - stopped > 3 * GAP_NANOS);
            long goesOn = System.nanoTime();
            signal(child, "CONT");

            Slept slept = await().atMost(60, SECONDS)
                    .until(
                            () -> said(out, "slept ")
                                    .map(Slept::parse)
                                    // The process may run for a moment after the signal was sent.
                                    .filter(one -> one.from <= stopped + GAP_NANOS && one.to >= goesOn)
                                    .findFirst(),
                            Optional::isPresent)
                    .orElseThrow();
            assertThat(slept.holds)
                    .as("of the leadership from before: %s", slept)
                    .isFalse();
            assertThat(slept.leads && slept.term == term).as("%s", slept).isFalse();
        } finally {
            child.destroyForcibly();
        }
    }

    private static String classPath() {
        return PauseTest.class.getClassLoader() instanceof URLClassLoader loader
                ? Stream.of(loader.getURLs()).map(URL::getPath).collect(Collectors.joining(File.pathSeparator))
                : System.getProperty("java.class.path");
    }

    private static Stream<String> said(Path out, String what) {
        try {
            String text = Files.readString(out, StandardCharsets.UTF_8);
            // The last line may still be in the pipe.
            return text.substring(0, text.lastIndexOf('\n') + 1).lines().filter(line -> line.startsWith(what));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static void signal(Process process, String name) throws IOException {
        List<String> command = List.of("kill", "-" + name, String.valueOf(process.pid()));
        Process kill = new ProcessBuilder(command).start();
        assertThat(kill.onExit().join().exitValue()).isZero();
    }
}

package dev.conclave;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import dev.conclave.node.cli.FreePorts;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A shutdown hook of the application requests stages while Akka's own hook ends the actor system, and again after that: each stage
 * completes, and the process exits.
 */
class ShutdownHookIT {

    @TempDir
    Path directory;

    @Test
    void stagesRequestedInAShutdownHookCompleteAndTheProcessExitsWithZero() throws Exception {
        Path output = directory.resolve("output.txt");
        int port = FreePorts.find(1, new Random()).get(0);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Dakka.actor.provider=remote",
                        "-Dakka.remote.artery.canonical.hostname=127.0.0.1",
                        "-Dakka.remote.artery.canonical.port=" + port,
                        "-Dconclave.voters.0=127.0.0.1:" + port,
                        "-Dconclave.data-dir=" + directory.resolve("data"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(90, SECONDS)).as("%s", output).isTrue();
            assertThat(output).content().contains("beside: all completed", "after: all completed");
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    /** The main class of the process. */
    static final class Program {

        private final ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "orders", ConfigFactory.load());
        private final Conclave conclave = Conclave.get(system);
        private final Election election = conclave.join("orders");

        /** All settings are system properties. */
        public static void main(String[] args) {
            Program program = new Program();
            program.election.stand();
            completed(program.election.whenElected());
            Runtime.getRuntime().addShutdownHook(new Thread(program::hook));
            System.exit(0);
        }

        /** Akka's own hook runs at the same time. */
        private void hook() {
            ask("beside");
            completed(system.getWhenTerminated());
            ask("after");
        }

        private void ask(String when) {
            Stream.of(election.handOver(), election.whenElected(), election.leave(), conclave.leave())
                    .forEach(Program::completed);
            completed(conclave.join("invoices").whenElected());
            System.out.println(when + ": all completed");
        }

        /** With a value or with a failure. */
        private static void completed(CompletionStage<?> stage) {
            stage.handle((value, failure) -> "")
                    .toCompletableFuture()
                    .orTimeout(30, SECONDS)
                    .join();
        }
    }
}

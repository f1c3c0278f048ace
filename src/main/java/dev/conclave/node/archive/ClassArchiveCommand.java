package dev.conclave.node.archive;

import dev.conclave.core.PeerId;
import dev.conclave.node.cli.CliException;
import dev.conclave.node.cli.Console;
import dev.conclave.node.cli.FreePorts;
import dev.conclave.node.cli.ProgramFiles;
import dev.conclave.node.demo.DemoPlan;
import dev.conclave.node.demo.LeaderFault;
import dev.conclave.node.demo.ProcessPeerLauncher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/**
 * {@code archive}: creates an archive of loaded and verified classes (class-data sharing). Loading classes takes about half of
 * the CPU time of a JVM's start, and some milliseconds of the first fail-over and of a shutdown.
 */
@Command(
        name = "archive",
        description = {
            "Writes the class-data archive that conclave.jvm names, with which a peer starts in about half the time:"
                    + " three peers run for some seconds, and one of them archives the classes that it has loaded.",
            "The archive works only with this JDK and this jar. Any other JVM starts without it, and without a warning."
        },
        mixinStandardHelpOptions = true)
public final class ClassArchiveCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @Option(
            names = "--file",
            paramLabel = "F",
            description = "The archive to write (default: conclave-node.jsa beside the jar).")
    private @Nullable Path file;

    private final Console console;

    public ClassArchiveCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CliException, IOException, InterruptedException {
        Path jar = ProgramFiles.code();
        if (!Files.isRegularFile(jar)) {
            throw new CliException(
                    "an archive can hold only the classes of a jar, but this program runs from the directory " + jar
                            + "; run it as java -jar conclave-node.jar archive");
        }
        Path archive = (file == null ? ProgramFiles.archiveOf(jar) : file).toAbsolutePath();
        Path unfinished = archive.resolveSibling(archive.getFileName() + ".unfinished");
        Files.createDirectories(unfinished.resolveSibling(""));
        try {
            write(unfinished);
            Files.move(unfinished, archive, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(unfinished);
        }
        console.out().println("Wrote " + archive + " (" + (Files.size(archive) >> 20) + " MB)");
        return ExitCode.OK;
    }

    private static void write(Path archive) throws CliException, IOException, InterruptedException {
        List<Integer> ports = FreePorts.find(4, new Random());
        int httpPort = ports.get(3);
        List<PeerId> peers = ports.subList(0, 3).stream()
                .map(port -> new PeerId("127.0.0.1", port))
                .toList();
        PeerId writer = peers.get(0);
        DemoPlan plan = new DemoPlan(
                3, 1, LeaderFault.KILL, Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ZERO, 0, PATIENCE);
        try (ProcessPeerLauncher launcher = new ProcessPeerLauncher(plan, Map.of(writer, writing(archive, httpPort)));
                HttpVisitor visitor = new HttpVisitor(httpPort)) {
            new ClassLoadingRun(plan, peers, launcher, visitor).load();
        }
        if (!Files.isRegularFile(archive)) {
            throw new CliException("this JDK (" + System.getProperty("java.home") + ") did not write an archive to "
                    + archive + "; peers start without one");
        }
    }

    /**
     * Returns the JVM options that write an archive. It is based on the JDK's own archive and not on the archive to be
     * replaced, which the options of every peer name.
     */
    private static List<String> writing(Path archive, int httpPort) throws CliException {
        Path ofTheJdk = Path.of(System.getProperty("java.home"), "lib", "server", "classes.jsa");
        if (!Files.isRegularFile(ofTheJdk)) {
            throw new CliException("this JDK lacks the archive of its own classes, " + ofTheJdk
                    + ", on which the archive of a peer is based; \"java -Xshare:dump\" creates it");
        }
        return List.of(
                "-XX:SharedArchiveFile=" + ofTheJdk,
                "-XX:ArchiveClassesAtExit=" + archive,
                "-Dconclave.http.port=" + httpPort);
    }
}

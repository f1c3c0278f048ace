package dev.conclave.build;

import static java.util.Comparator.reverseOrder;
import static java.util.concurrent.TimeUnit.MINUTES;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Builds and tests {@code examples/orders} with the library of this build, and the Maven that runs this build. Nothing is
 * installed: the local repository of that Maven consists of links to the one of this build, and of Conclave itself.
 */
final class OrdersExample {

    private OrdersExample() {}

    /**
     * Called in the build.
     *
     * @param arguments Maven's home, the local repository, {@code offline=true} or {@code offline=false}, the directory of
     *     this build, and the library's file name without extension
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path mavenHome = Path.of(arguments[0]);
        Path target = Path.of(arguments[3]);
        Path repository = target.resolve("orders-repository");
        delete(repository);
        linkAllBut("dev", Path.of(arguments[1]), repository);
        linkAllBut("conclave", Path.of(arguments[1], "dev"), repository.resolve("dev"));
        addConclave(repository, target, arguments[4]);

        List<String> command = new ArrayList<>(
                List.of(mavenHome.resolve("bin/mvn").toString(), "-B", "-Dmaven.repo.local=" + repository));
        if (arguments[2].equals("offline=true")) {
            command.add("-o");
        }
        command.addAll(List.of("-f", "examples/orders/pom.xml", "package"));
        run(command, target.resolve("orders-build.txt"));
    }

    private static void linkAllBut(String except, Path from, Path to) throws IOException {
        Files.createDirectories(to);
        if (Files.isDirectory(from)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(from, entry -> !entry.endsWith(except))) {
                for (Path entry : entries) {
                    Files.createSymbolicLink(to.resolve(entry.getFileName()), entry.toAbsolutePath());
                }
            }
        }
    }

    /** The name of the library's file is {@code conclave-<version>}. */
    private static void addConclave(Path repository, Path target, String name) throws IOException {
        Path directory = Files.createDirectories(
                repository.resolve("dev/conclave/conclave").resolve(name.substring("conclave-".length())));
        Files.copy(target.resolve(name + ".jar"), directory.resolve(name + ".jar"));
        Files.copy(Path.of("pom.xml"), directory.resolve(name + ".pom"));
    }

    private static void run(List<String> command, Path output) throws IOException, InterruptedException {
        ProcessBuilder maven =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        maven.environment().put("JAVA_HOME", System.getProperty("java.home"));
        // Maven's own code runs too briefly to earn back what the optimizing compiler costs.
        maven.environment().put("MAVEN_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
        Process process = maven.start();
        try {
            if (!process.waitFor(10, MINUTES) || process.exitValue() != 0) {
                System.out.println(Files.readString(output));
                throw new IllegalStateException("examples/orders: its build failed, see above or in " + output);
            }
        } finally {
            process.destroy();
        }
    }

    private static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> entries = Files.walk(directory)) { // does not follow the links
                for (Path entry : entries.sorted(reverseOrder()).toList()) {
                    Files.delete(entry);
                }
            }
        }
    }
}

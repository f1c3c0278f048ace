package dev.conclave.node.cli;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The files of this program: its code, the archive of its classes, and the argument file with the JVM options. */
public final class ProgramFiles {

    /** The class whose {@code main} is the program, for a JVM that runs it from a directory of classes. */
    public static final String MAIN_CLASS = "dev.conclave.node.Main";

    private static final String JVM_OPTIONS = "conclave.jvm";

    private ProgramFiles() {}

    /** Returns the jar of this program, or its directory of classes. */
    public static Path code() {
        try {
            return Path.of(ProgramFiles.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("this program cannot find its own jar or classes", e);
        }
    }

    /** Returns the path at which the archive of classes of a jar is expected. */
    public static Path archiveOf(Path jar) {
        return jar.resolveSibling("conclave-node.jsa");
    }

    /**
     * Returns the shipped file with JVM options: beside the jar, in the parent of the build directory, or in the working
     * directory.
     */
    public static Optional<Path> jvmOptions(Path code) {
        Path beside = Optional.ofNullable(code.getParent()).orElse(code);
        Path above = Optional.ofNullable(beside.getParent()).orElse(beside);
        return Stream.of(beside, above, Path.of("").toAbsolutePath())
                .map(place -> place.resolve(JVM_OPTIONS))
                .filter(Files::isRegularFile)
                .findFirst();
    }
}

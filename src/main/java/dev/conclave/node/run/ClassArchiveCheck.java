package dev.conclave.node.run;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Says why a start takes longer than it could: the JVM ignores, without a word, an archive of classes that another JDK has
 * written.
 */
final class ClassArchiveCheck {

    private static final String OPTION = "-XX:SharedArchiveFile=";

    /** The header of an archive begins with the name and the version of the JVM that wrote it. */
    private static final int HEADER_BYTES = 4096;

    private ClassArchiveCheck() {}

    /** Returns the remedy for the archive that this JVM was started with; empty if it has none, or one that its JDK has written. */
    static Optional<String> hint() {
        return hint(
                ManagementFactory.getRuntimeMXBean().getInputArguments(), System.getProperty("java.vm.version", ""));
    }

    static Optional<String> hint(List<String> options, String jvm) {
        return options.stream()
                .filter(option -> option.startsWith(OPTION))
                .map(option -> Path.of(option.substring(OPTION.length())))
                .filter(archive -> Files.isRegularFile(archive) && !isOf(jvm, archive))
                .map(archive -> archive + " was not written by this JDK (" + jvm
                        + "), so it is not used and this start takes twice the time; write another one with"
                        + " java -jar conclave-node.jar archive --file " + archive)
                .findFirst();
    }

    private static boolean isOf(String jvm, Path archive) {
        try (InputStream in = Files.newInputStream(archive)) {
            return new String(in.readNBytes(HEADER_BYTES), StandardCharsets.ISO_8859_1).contains("(" + jvm + ")");
        } catch (IOException unreadable) {
            return false;
        }
    }
}

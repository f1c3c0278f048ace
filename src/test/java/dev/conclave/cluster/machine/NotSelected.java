package dev.conclave.cluster.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.PostDiscoveryFilter;

/**
 * Leaves out the tests that the machine cannot run ({@link Needs}) and records them for the build's last line. A skipped
 * test fails this build, since a test that can run must run; the last line names the tests that cannot.
 */
public final class NotSelected implements PostDiscoveryFilter {

    /** The file that names these tests, one a line. */
    public static final Path FILE = Path.of("target", "not-selected.txt");

    private final Map<Machine, Boolean> can = new ConcurrentHashMap<>();

    @Override
    public FilterResult apply(TestDescriptor test) {
        Optional<Class<?>> story = test.getSource().flatMap(NotSelected::declaredIn);
        Needs needs = story.map(type -> type.getAnnotation(Needs.class)).orElse(null);
        if (needs == null || can.computeIfAbsent(needs.value(), Machine::can)) {
            return FilterResult.included("the machine can");
        }
        if (test.isContainer()) {
            write(story.map(Class::getSimpleName).orElse("") + " needs "
                    + needs.value().words());
        }
        return FilterResult.excluded("the machine cannot");
    }

    /** Leaves out the methods too: where forks get one class after the other, a class alone is run nevertheless. */
    private static Optional<Class<?>> declaredIn(TestSource source) {
        if (source instanceof ClassSource type) {
            return Optional.of(type.getJavaClass());
        }
        return source instanceof MethodSource method ? Optional.of(method.getJavaClass()) : Optional.empty();
    }

    private static void write(String line) {
        try {
            Files.createDirectories(Path.of("target"));
            Files.writeString(FILE, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.conclave.lifeline;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.core.Context;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/** A process with a lifeline that tests stop and kill. It ends by itself when the JVM of the test ends. */
final class ChildProcess implements AutoCloseable {

    static final PeerId ID = PeerId.parse("10.1.1.7:2551");
    static final Incarnation LIFE = new Incarnation(0xc1);

    private final Process process;
    private final BufferedReader out;
    private final int port;

    private ChildProcess(Process process, BufferedReader out, int port) {
        this.process = process;
        this.out = out;
        this.port = port;
    }

    /** The main method of the process. */
    public static void main(String[] args) throws IOException {
        PrintStream answers = System.out;
        // A line of the log must not come between two answers.
        System.setOut(System.err);
        TestClock clock = new TestClock();
        try (Lifeline lifeline = Lifeline.open(
                LifelineThread.start(), InetAddress.getLoopbackAddress(), 0, ID, LIFE, new Deaf(), clock)) {
            answers.println("port " + lifeline.port());
            while (System.in.read() >= 0) {
                if (!lifeline.isOpen()) {
                    throw new IllegalStateException("the lifeline has ended");
                }
                answers.println(clock.readings() + " " + System.nanoTime());
            }
        }
    }

    static ChildProcess start() throws IOException {
        return start(List.of());
    }

    /** Starts it through another command, which replaces itself by the command that follows it. */
    static ChildProcess start(List<String> through) throws IOException {
        List<String> command = new ArrayList<>(through);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                whatItNeeds(),
                ChildProcess.class.getName()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith("port ")) {
                return new ChildProcess(process, out, Integer.parseInt(line.substring(5)));
            }
        }
        throw new IOException("the child has ended without a word");
    }

    /** A short class path: every jar is an open file, and one test runs the process out of files. */
    private static String whatItNeeds() {
        return Stream.of(ChildProcess.class, Lifeline.class, LoggerFactory.class, LoggerContext.class, Context.class)
                .map(type -> Path.of(URI.create(type.getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toString()))
                        .toString())
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static final class Deaf implements LifelineCallback {
        @Override
        public void gone(PeerId peer, Incarnation life) {}

        @Override
        public void ended(Throwable cause) {}
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** How often per millisecond the loop of the process reads its clock, over some hundred milliseconds. */
    double readingsPerMilli() throws IOException {
        long[] first = readings();
        long[] last = first;
        while (last[1] - first[1] < TimeUnit.MILLISECONDS.toNanos(300)) {
            last = readings();
        }
        return (last[0] - first[0]) * 1e6 / (last[1] - first[1]);
    }

    /** The readings of the clock so far, and the instant. */
    private long[] readings() throws IOException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
        return Stream.of(out.readLine().split(" ")).mapToLong(Long::parseLong).toArray();
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly();
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
    }

    void signal(String name) throws IOException {
        try {
            new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}

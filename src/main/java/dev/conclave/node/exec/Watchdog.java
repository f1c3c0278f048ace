package dev.conclave.node.exec;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * The main class of the watchdog, a process that kills a command when the peer no longer vouches for it, because the peer was
 * killed, is frozen, or holds no lease.
 *
 * <p>Standard input: the number of the command's process group, then deadlines, then {@code release}. Standard output: {@code
 * ready}, then each deadline that is in force. Deadlines are instants of {@link System#nanoTime}, which on Linux all JVMs of a
 * machine share. Standard error: {@code go} when the first deadline is in force, which the command waits for.
 *
 * <p>A JVM and not a shell, since a shell has neither a monotonic clock nor a way to read with a time limit: after a pause of the
 * machine it would take an old line for a new one. It uses no other class than those of this package and of the JDK.
 */
final class Watchdog {

    static final String READY = "ready";
    static final String RELEASE = "release";
    static final String GO = "go";

    private final long group;
    private final GroupKiller killer;
    private volatile long deadline;

    private Watchdog(long group, GroupKiller killer, long deadline) {
        this.group = group;
        this.killer = killer;
        this.deadline = deadline;
    }

    public static void main(String[] args) throws IOException {
        int code = 1;
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
            say(READY);
            code = watch(lines);
        } finally {
            // The end of this process makes its killer act, whatever has happened.
            Runtime.getRuntime().halt(code);
        }
    }

    private static int watch(BufferedReader lines) throws IOException {
        Optional<Long> group = next(lines);
        if (group.isEmpty()) {
            return 0;
        }
        GroupKiller killer = GroupKiller.of(group.get());
        Optional<Long> first = next(lines);
        if (first.isEmpty()) {
            killer.disarm();
            return 0;
        }
        Watchdog watchdog = new Watchdog(group.get(), killer, first.get());
        Thread timer = new Thread(watchdog::killInTime, "timer");
        timer.start();
        if (System.nanoTime() - watchdog.deadline < 0) {
            say(String.valueOf(watchdog.deadline));
            System.err.println(GO);
        }
        return watchdog.extend(lines);
    }

    /** Returns the number in the next line; empty if there is none, since this watchdog is not needed. */
    private static Optional<Long> next(BufferedReader lines) throws IOException {
        return Optional.ofNullable(lines.readLine())
                .filter(line -> !line.equals(RELEASE))
                .map(Long::parseLong);
    }

    private int extend(BufferedReader lines) throws IOException {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.equals(RELEASE)) {
                killer.disarm();
                return 0;
            }
            deadline = Long.parseLong(line);
            say(line);
        }
        return kill();
    }

    private void killInTime() {
        Thread timer = Thread.currentThread();
        var unused = killer.ended().thenRun(() -> LockSupport.unpark(timer));
        for (long left = deadline - System.nanoTime();
                left > 0 && killer.isAlive();
                left = deadline - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        try {
            int code = kill();
            Runtime.getRuntime().halt(code);
        } catch (IOException noShell) {
            // The peer sees the end of this process, and kills the group with a shell of its own.
            Runtime.getRuntime().halt(1);
        }
    }

    /** Kills the group, also if the shell that was to do it has been killed itself. */
    private int kill() throws IOException {
        (killer.isAlive() ? killer : GroupKiller.of(group)).kill();
        return 1;
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}

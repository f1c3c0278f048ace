package dev.conclave.bench.driver;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One process of a group, and what it has said so far. What it says is added with the group's lock held. */
final class Member {

    /**
     * The driver wants a processor in the very moment in which its members elect, and no value hangs on when a word is read:
     * each bears its instant. So all members have their say first.
     */
    private static final long HEARD_LATER_MILLIS = 50;

    private final Process process;
    private final List<Word> words = new ArrayList<>();
    private Optional<Word> standing = Optional.empty();

    private Member(Process process) {
        this.process = process;
    }

    /**
     * Starts a process.
     *
     * @param said told of each word, with its nanoseconds
     */
    static Member start(List<String> command, Path log, Dialect dialect, Object lock) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        Living.add(process);
        Member member = new Member(process);
        Thread reader = new Thread(() -> member.read(dialect, lock), "bench-member-" + process.pid());
        reader.setDaemon(true);
        reader.start();
        return member;
    }

    private void read(Dialect dialect, Object lock) {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            boolean more = false;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!more) {
                    Thread.sleep(HEARD_LATER_MILLIS);
                }
                more = lines.ready();
                Optional<Word> word = dialect.read(line);
                synchronized (lock) {
                    word.ifPresent(this::add);
                    lock.notifyAll();
                }
            }
        } catch (IOException gone) {
            // What it has said counts.
        } catch (InterruptedException nobody) {
            Thread.currentThread().interrupt();
        }
        process.onExit().thenRun(() -> {
            synchronized (lock) {
                lock.notifyAll();
            }
        });
    }

    private void add(Word word) {
        words.add(word);
        if (word.isStanding()) {
            standing = Optional.of(word);
        }
    }

    /** The first word with this meaning since the instant. */
    Optional<Word> since(long nanos, Word.Meaning meaning) {
        return words.stream()
                .filter(word -> word.nanos() > nanos && word.meaning() == meaning)
                .findFirst();
    }

    boolean stands(Word.Meaning meaning) {
        return isAlive() && standing.isPresent() && standing.get().meaning() == meaning;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    void kill() {
        process.destroyForcibly();
    }

    /** By its handle: the process object itself would also close its standard input, which means another end. */
    void terminate() {
        process.toHandle().destroy();
    }

    void tell(String line) throws IOException {
        OutputStream in = process.getOutputStream();
        in.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        in.flush();
    }

    /** Ends it whatever it does. */
    void end() {
        process.destroyForcibly();
        awaitEnd(10);
        Living.remove(process);
    }

    /** Gives whether it has ended. */
    boolean awaitEnd(long seconds) {
        try {
            return process.waitFor(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Processor time that it has used so far, by the kernel's account, in nanoseconds. */
    long cpuNanos() throws IOException {
        String stat = Files.readString(Path.of("/proc", String.valueOf(pid()), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        // The 14th and 15th of all fields, in ticks of which Linux shows a hundred a second.
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * 10_000_000;
    }

    /** How much of its memory is resident. */
    long residentMegabytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", String.valueOf(pid()), "status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024;
            }
        }
        return 0;
    }
}

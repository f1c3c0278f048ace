package dev.conclave.node.judge;

import dev.conclave.judge.Event;
import dev.conclave.judge.EventLine;
import dev.conclave.judge.EventLog;
import dev.conclave.node.cli.CliException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The events of several files, by one clock.
 *
 * @param notes what a reader of the verdicts must know about the files
 */
record EventFiles(List<Event> events, Times.Origin origin, List<String> notes) {

    private static final String STANDARD_INPUT = "-";

    /** Wall clocks of one machine are set by less than that in the time of an incident; other machines started at other times. */
    private static final Duration SAME_CLOCK = Duration.ofSeconds(1);

    EventFiles {
        events = List.copyOf(events);
        notes = List.copyOf(notes);
    }

    /** A file, and the wall clock at the instant 0 of its clock. */
    private record Read(List<Event> events, Optional<Instant> wallAtZero, Optional<String> note) {}

    /**
     * Reads files.
     *
     * @throws CliException if a file cannot be read, or if a line is not an event; names the file and the line
     */
    static EventFiles read(List<String> names, InputStream standardInput) throws CliException {
        List<Read> files = new ArrayList<>();
        for (String name : names) {
            files.add(read(name, standardInput));
        }
        if (files.stream().allMatch(file -> file.events().isEmpty())) {
            throw CliException.wrongOption(new IllegalArgumentException(
                    String.join(", ", names) + ": no event in it; name files that run --events json has written"));
        }
        List<Instant> zeros = files.stream()
                .flatMap(file -> file.wallAtZero().stream())
                .sorted()
                .toList();
        Optional<Instant> zero = zeros.stream().findFirst();
        boolean oneClock = zero.isEmpty()
                || Duration.between(zero.get(), zeros.get(zeros.size() - 1)).compareTo(SAME_CLOCK) < 0;
        List<Event> all = files.stream()
                .flatMap(file -> oneClock ? file.events().stream() : shifted(file, zero.get()))
                .toList();
        long first = all.stream().mapToLong(Event::mono).min().orElse(0);
        List<String> notes = new ArrayList<>(
                files.stream().flatMap(file -> file.note().stream()).toList());
        if (!oneClock) {
            notes.add(
                    "the files come from several machines, or from several of their starts: their events are compared by"
                            + " wall clock, and S3 and S4 are only as good as those clocks");
        }
        return new EventFiles(all, new Times.Origin(zero, first), notes);
    }

    private static Read read(String name, InputStream standardInput) throws CliException {
        boolean isFile = !name.equals(STANDARD_INPUT);
        Path file = Path.of(isFile ? name : "standard input");
        String text;
        try {
            byte[] bytes = isFile ? Files.readAllBytes(file) : standardInput.readAllBytes();
            text = new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw CliException.wrongOption(new IllegalArgumentException(file + " cannot be read: " + why(e), e));
        }
        EventLog log = EventLog.parse(file, text);
        if (!log.garbage().isEmpty()) {
            throw CliException.wrongOption(new IllegalArgumentException(log.garbage()
                            .get(0)
                            .toString()
                    + (log.garbage().size() > 1 ? ", and " + (log.garbage().size() - 1) + " more lines" : "")
                    + "; name files that run --events json has written"));
        }
        return new Read(log.events(), EventLine.wallAtZero(text.lines()), note(file, text));
    }

    /** A process that is killed may tear its last line. */
    private static Optional<String> note(Path file, String text) {
        String last = text.substring(text.lastIndexOf('\n') + 1);
        boolean torn = !last.isBlank() && EventLog.parse(file, last).events().isEmpty();
        return torn ? Optional.of(file + ": its last line is cut and was left out") : Optional.empty();
    }

    /** Moves the events of a file to the clock whose instant 0 is at the given time. */
    private static Stream<Event> shifted(Read file, Instant zero) {
        long by = file.wallAtZero()
                .map(own -> Duration.between(zero, own).toNanos())
                .orElse(0L);
        return file.events().stream().map(event -> event.later(by));
    }

    /** The message of such an exception is the name of the file alone. */
    private static String why(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "it does not exist";
        }
        return e instanceof AccessDeniedException ? "permission denied" : CliException.oneLine(e);
    }
}

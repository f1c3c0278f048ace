package dev.conclave.judge;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The contents of files with event lines, one file per life of a process.
 *
 * @param events in the order of the files and of their lines
 * @param garbage lines that are not events; a log with any is not reliable
 */
public record EventLog(List<Event> events, List<Garbage> garbage) {

    public EventLog {
        events = List.copyOf(events);
        garbage = List.copyOf(garbage);
    }

    /**
     * A line that is not an event.
     *
     * @param line counted from 1
     */
    public record Garbage(Path file, int line, String why) {
        @Override
        public String toString() {
            return file + ":" + line + ": " + why;
        }
    }

    /**
     * Reads files with event lines. A last line without a line end may be torn, because its process was killed while writing: it
     * counts if it can be parsed, and is ignored otherwise.
     *
     * @throws IOException if a file cannot be read at all
     */
    public static EventLog read(List<Path> files) throws IOException {
        List<Event> events = new ArrayList<>();
        List<Garbage> garbage = new ArrayList<>();
        for (Path file : files) {
            // Invalid UTF-8 becomes replacement characters: one bad line must not hide the rest of the file.
            EventLog log = parse(file, new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
            events.addAll(log.events());
            garbage.addAll(log.garbage());
        }
        return new EventLog(events, garbage);
    }

    /**
     * Reads the text of one file, see {@link #read}.
     *
     * @param file its name, for messages
     */
    public static EventLog parse(Path file, String text) {
        List<Event> events = new ArrayList<>();
        List<Garbage> garbage = new ArrayList<>();
        String[] lines = text.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            boolean unended = i == lines.length - 1;
            if (lines[i].isBlank()) {
                continue;
            }
            try {
                events.add(EventLine.read(lines[i]));
            } catch (EventLine.Malformed e) {
                if (!unended) {
                    garbage.add(new Garbage(file, i + 1, String.valueOf(e.getMessage())));
                }
            }
        }
        return new EventLog(events, garbage);
    }
}

package dev.conclave.judge;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads and writes events as lines of JSON, as peers write them on standard output:
 *
 * <pre>
 * {"mono":1234,"at":"2026-01-01T00:00:00Z","peer":"h:p","election":"default","event":"elected","term":7,"leader":"h:p",
 *  "leaseUntil":5678}
 * </pre>
 *
 * {@code started} of a peer without a data directory, or with an empty one, has {@code "remembers":false}: this life does not have
 * the ballots of the former one. {@code elected} has
 * {@code leaseUntil}, {@code dismissed} has {@code reason} and {@code heldUntil}; {@code killed}, which only a harness writes,
 * needs only {@code mono} and {@code peer}. Unknown fields are ignored.
 */
public final class EventLine {

    private static final JsonFactory JSON = new JsonFactory();

    private EventLine() {}

    /**
     * Returns the line of an event, without a line end.
     *
     * @param at the same instant by the wall clock, for people, and for logs of several machines; not used by the judge
     */
    public static String write(Event event, Instant at) {
        StringWriter line = new StringWriter(200);
        try (JsonGenerator json = JSON.createGenerator(line)) {
            json.writeStartObject();
            json.writeNumberField("mono", event.mono());
            json.writeStringField("at", at.toString());
            json.writeStringField("peer", event.peer().toString());
            if (event instanceof Event.InElection told) {
                json.writeStringField("election", told.election().value());
            }
            json.writeStringField("event", event.word());
            if (event instanceof Event.InElection told) {
                json.writeNumberField("term", told.term());
                json.writeFieldName("leader");
                if (told.leader().isPresent()) {
                    json.writeString(told.leader().get().toString());
                } else {
                    json.writeNull();
                }
            }
            if (event instanceof Event.Started started && !started.remembers()) {
                json.writeBooleanField("remembers", false);
            }
            if (event instanceof Event.Elected elected) {
                json.writeNumberField("leaseUntil", elected.leaseUntil());
            }
            if (event instanceof Event.Dismissed dismissed) {
                json.writeStringField("reason", dismissed.reason());
                json.writeNumberField("heldUntil", dismissed.heldUntil());
            }
            json.writeEndObject();
        } catch (IOException cannotBe) {
            throw new UncheckedIOException("an event could not be written to memory", cannotBe);
        }
        return line.toString();
    }

    /**
     * Parses a line.
     *
     * @throws Malformed if it is not an event
     */
    public static Event read(String line) throws Malformed {
        Fields fields = new Fields(scalars(line));
        PeerId peer = fields.peer("peer");
        long mono = fields.number("mono");
        String word = fields.text("event");
        if (word.equals("killed")) {
            return new Event.Killed(mono, peer);
        }
        ElectionName election = fields.election();
        long term = fields.number("term");
        return switch (word) {
            case "started" -> new Event.Started(mono, peer, election, term, !fields.has("remembers", "false"));
            case "following" -> new Event.Following(mono, peer, election, term, fields.peer("leader"));
            case "standing" -> new Event.Standing(mono, peer, election, term);
            case "elected" -> new Event.Elected(mono, peer, election, term, fields.number("leaseUntil"));
            case "dismissed" ->
                new Event.Dismissed(mono, peer, election, term, fields.text("reason"), fields.number("heldUntil"));
            case "leaderless" -> new Event.Leaderless(mono, peer, election, term);
            case "stopped" -> new Event.Stopped(mono, peer, election, term);
            default -> throw new Malformed("\"" + word + "\" is not an event");
        };
    }

    /**
     * Returns the wall clock at the instant 0 of the monotonic clock, by the first line that shows both: the clocks of machines
     * have nothing else in common.
     */
    public static Optional<Instant> wallAtZero(Stream<String> lines) {
        return lines.flatMap(line -> wallAtZero(line).stream()).findFirst();
    }

    private static Optional<Instant> wallAtZero(String line) {
        try {
            Fields fields = new Fields(scalars(line));
            return Optional.of(Instant.parse(fields.text("at")).minusNanos(fields.number("mono")));
        } catch (Malformed | DateTimeParseException notShown) {
            return Optional.empty();
        }
    }

    /** Returns the fields with scalar values; others are ignored. */
    private static Map<String, String> scalars(String line) throws Malformed {
        Map<String, String> fields = new HashMap<>();
        try (JsonParser json = JSON.createParser(line)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new Malformed("it is not a JSON object");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                JsonToken value = json.nextToken();
                if (value.isScalarValue()) {
                    fields.put(name, json.getText());
                } else {
                    json.skipChildren();
                }
            }
            if (json.nextToken() != null) {
                throw new Malformed("the JSON object is followed by other text");
            }
        } catch (JsonProcessingException e) {
            throw new Malformed("no JSON: " + e.getOriginalMessage());
        } catch (IOException cannotBe) {
            throw new UncheckedIOException("an event could not be read from memory", cannotBe);
        }
        return fields;
    }

    private record Fields(Map<String, String> values) {

        boolean has(String name, String value) {
            return value.equals(values.get(name));
        }

        String text(String name) throws Malformed {
            String value = values.get(name);
            if (value == null) {
                throw new Malformed("\"" + name + "\" is missing");
            }
            return value;
        }

        long number(String name) throws Malformed {
            String value = text(name);
            try {
                return Long.parseLong(value);
            } catch (NumberFormatException e) {
                throw new Malformed("\"" + name + "\" is not a number: " + value);
            }
        }

        PeerId peer(String name) throws Malformed {
            try {
                return PeerId.parse(text(name));
            } catch (IllegalArgumentException e) {
                throw new Malformed("\"" + name + "\" is not a peer: " + e.getMessage());
            }
        }

        ElectionName election() throws Malformed {
            try {
                return new ElectionName(text("election"));
            } catch (IllegalArgumentException e) {
                throw new Malformed("\"election\" is not a name of an election: " + e.getMessage());
            }
        }
    }

    /** Thrown for a line that is not an event. */
    public static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        Malformed(String why) {
            super(why);
        }
    }
}

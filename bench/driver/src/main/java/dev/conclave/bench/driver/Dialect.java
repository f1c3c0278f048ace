package dev.conclave.bench.driver;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;

/** How a system's processes speak: lines of JSON from them, lines of text to them. */
enum Dialect {
    /** That of {@code dev.conclave.bench.peer}. */
    PEER("transfer") {
        @Override
        Optional<Word> word(JsonNode line) {
            long nanos = line.path("nanos").asLong();
            return switch (line.path("event").asText()) {
                case "ready" -> Optional.of(new Word(nanos, Word.Meaning.READY));
                case "leader" -> Optional.of(new Word(nanos, Word.Meaning.LEADER));
                case "following" -> Optional.of(new Word(nanos, Word.Meaning.FOLLOWING));
                case "leaderless" -> Optional.of(new Word(nanos, Word.Meaning.LEADERLESS));
                case "woke" -> woke(line);
                default -> Optional.empty();
            };
        }
    },
    /** That of {@code conclave-node.jar run --events json}, in which a look after a pause, and a register, are the other one's. */
    CONCLAVE("hand-over") {
        @Override
        Optional<Word> word(JsonNode line) {
            long nanos = line.path("mono").asLong();
            return switch (line.path("event").asText()) {
                case "started" -> Optional.of(new Word(nanos, Word.Meaning.READY));
                case "elected" -> Optional.of(new Word(nanos, Word.Meaning.LEADER));
                case "following" -> Optional.of(new Word(nanos, Word.Meaning.FOLLOWING));
                case "leaderless", "dismissed" -> Optional.of(new Word(nanos, Word.Meaning.LEADERLESS));
                case "woke" -> woke(line);
                case "register" ->
                    Optional.of(Word.register(
                            line.path("nanos").asLong(), line.path("bytes").asInt()));
                default -> Optional.empty();
            };
        }
    };

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String transfer;

    Dialect(String transfer) {
        this.transfer = transfer;
    }

    abstract Optional<Word> word(JsonNode line);

    private static Optional<Word> woke(JsonNode line) {
        return Optional.of(new Word(
                line.path("nanos").asLong(),
                Word.Meaning.WOKE,
                line.path("firstLook").asLong(),
                line.path("believedUntil").asLong()));
    }

    /** The word in a line; empty if the line is about something that is not measured. */
    final Optional<Word> read(String line) {
        if (!line.startsWith("{")) {
            return Optional.empty();
        }
        try {
            return word(JSON.readTree(line));
        } catch (JsonProcessingException notJson) {
            return Optional.empty();
        }
    }

    /** The line that asks a leader to let another one lead. */
    final String transfer() {
        return transfer;
    }
}

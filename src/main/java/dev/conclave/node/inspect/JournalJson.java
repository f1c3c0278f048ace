package dev.conclave.node.inspect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.conclave.core.Ballot;
import dev.conclave.core.ElectionName;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.node.JournalHead;
import dev.conclave.store.InspectedJournal;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A journal as one JSON object; fields that have no value are left out. */
final class JournalJson {

    private static final JsonFactory JSON = new JsonFactory();
    private static final int VERSION = 1;

    private JournalJson() {}

    static String of(Path directory, InspectedJournal journal, Map<ElectionName, Ballot> chosen, int limit) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            JournalHead head = journal.head();
            begin(json, directory);
            json.writeNumberField("bytes", journal.bytes());
            json.writeNumberField("cutRecords", journal.cut());
            json.writeNumberField("missingZeros", journal.missingZeros());
            json.writeStringField("self", head.self().toString());
            json.writeStringField("identity", head.identity().toString());
            json.writeNumberField("starts", head.starts());
            json.writeNumberField("longestElectionTimeoutMillis", head.longestElectionNanos() / 1e6);
            Optional<Configuration> configuration = head.electorate().configuration();
            if (configuration.isPresent()) {
                json.writeStringField(
                        "group", Configuration.show(configuration.get().group()));
                json.writeNumberField("configuration", configuration.get().number());
                json.writeObjectFieldStart("voters");
                for (var voter : configuration.get().named().entrySet()) {
                    json.writeStringField(
                            voter.getKey().toString(), voter.getValue().toString());
                }
                json.writeEndObject();
            }
            json.writeNumberField("highestTerm", journal.highestTerm());
            json.writeNumberField("floorOfForgotten", journal.floor());
            json.writeNumberField("ballots", journal.ballots().size());
            json.writeArrayFieldStart("elections");
            int left = limit;
            for (var ballot : chosen.entrySet()) {
                if (left-- <= 0) {
                    break;
                }
                json.writeStartObject();
                json.writeStringField("name", ballot.getKey().value());
                json.writeNumberField("term", ballot.getValue().term());
                if (ballot.getValue().votedFor().isPresent()) {
                    json.writeStringField(
                            "votedFor", ballot.getValue().votedFor().get().toString());
                }
                RegisterEntry register = journal.registers().get(ballot.getKey());
                if (register != null) {
                    json.writeObjectFieldStart("register");
                    json.writeNumberField("term", register.version().term());
                    json.writeNumberField("write", register.version().count());
                    if (register.value().isPresent()) {
                        json.writeBinaryField("value", register.value().get().toBytes());
                    }
                    json.writeEndObject();
                }
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException cannotBe) {
            throw new UncheckedIOException("a journal could not be written to memory", cannotBe);
        }
        return text.toString();
    }

    /** A journal that cannot be shown. */
    static String failure(Path directory, String why) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            begin(json, directory);
            json.writeStringField("error", why);
            json.writeEndObject();
        } catch (IOException cannotBe) {
            throw new UncheckedIOException("a failure could not be written to memory", cannotBe);
        }
        return text.toString();
    }

    private static void begin(JsonGenerator json, Path directory) throws IOException {
        json.writeStartObject();
        json.writeNumberField("version", VERSION);
        json.writeStringField("directory", directory.toString());
    }
}

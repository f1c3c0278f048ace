package dev.conclave.node.demo;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.conclave.core.PeerId;
import dev.conclave.judge.Violation.Promise;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;

/** Writes the outcome of a demo as a JSON object. */
final class DemoSummary {

    private DemoSummary() {}

    static String json(DemoOutcome outcome) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeBooleanField("good", outcome.isGood());
            json.writeArrayFieldStart("peers");
            for (PeerId peer : outcome.peers()) {
                json.writeString(peer.toString());
            }
            json.writeEndArray();
            json.writeStringField("by", outcome.plan().fault().name());
            json.writeNumberField("heartbeatMillis", outcome.plan().heartbeat().toMillis());
            json.writeNumberField(
                    "electionTimeoutMillis", outcome.plan().electionTimeout().toMillis());
            json.writeNumberField("ballastBytes", outcome.plan().ballastBytes());
            if (outcome.firstLeaderNanos().isPresent()) {
                json.writeNumberField(
                        "firstLeaderMillis", millis(outcome.firstLeaderNanos().get()));
            }
            json.writeArrayFieldStart("rounds");
            for (DemoRound round : outcome.rounds()) {
                write(json, round);
            }
            json.writeEndArray();
            writeTimes(json, "allRounds", outcome.rounds());
            writeTimes(json, "quietRounds", outcome.quietRounds());
            json.writeObjectFieldStart("verdict");
            for (Promise promise : Promise.values()) {
                json.writeBooleanField(promise.name(), outcome.report().held(promise));
            }
            json.writeEndObject();
            json.writeArrayFieldStart("complaints");
            for (String complaint : outcome.complaints()) {
                json.writeString(complaint);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException cannotBe) {
            throw new UncheckedIOException("the summary could not be written to memory", cannotBe);
        }
        return text.toString();
    }

    private static void writeTimes(JsonGenerator json, String name, List<DemoRound> rounds) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeNumberField("count", rounds.size());
        if (!rounds.isEmpty()) {
            FailOverTimes times = new FailOverTimes(rounds);
            json.writeNumberField("medianMillis", millis(times.medianNanos()));
            json.writeNumberField("p95Millis", millis(times.p95Nanos()));
            json.writeNumberField("minMillis", millis(times.leastNanos()));
            json.writeNumberField("maxMillis", millis(times.mostNanos()));
        }
        json.writeEndObject();
    }

    private static double millis(long nanos) {
        return Math.round(nanos / 1e3) / 1e3;
    }

    private static void write(JsonGenerator json, DemoRound round) throws IOException {
        json.writeStartObject();
        json.writeNumberField("round", round.number());
        json.writeStringField("killed", round.killed().toString());
        json.writeNumberField("killedAt", round.killedAt());
        json.writeStringField("elected", round.elected().toString());
        json.writeNumberField("electedAt", round.electedAt());
        json.writeNumberField("failoverMillis", round.failoverMillis());
        json.writeNumberField("term", round.term());
        json.writeNumberField("leaders", round.leaders());
        json.writeNumberField("followedAfterMillis", millis(round.followedAfterNanos()));
        if (round.cpuPressure().isPresent()) {
            json.writeNumberField("cpuPressure", Math.round(round.cpuPressure().getAsDouble() * 1e3) / 1e3);
        }
        json.writeEndObject();
    }
}

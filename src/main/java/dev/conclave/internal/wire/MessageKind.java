package dev.conclave.internal.wire;

import akka.util.ByteString;
import dev.conclave.core.ElectionName;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.RegisterValue;
import dev.conclave.core.RegisterVersion;
import dev.conclave.core.peer.Message;
import dev.conclave.core.peer.Message.Heartbeat;
import dev.conclave.core.peer.Message.HeartbeatAck;
import dev.conclave.core.peer.Message.HeartbeatRefused;
import dev.conclave.core.peer.Message.Observe;
import dev.conclave.core.peer.Message.PreVoteGranted;
import dev.conclave.core.peer.Message.PreVoteRefused;
import dev.conclave.core.peer.Message.ReadRegister;
import dev.conclave.core.peer.Message.RegisterStored;
import dev.conclave.core.peer.Message.RegisterTruth;
import dev.conclave.core.peer.Message.Release;
import dev.conclave.core.peer.Message.RequestPreVote;
import dev.conclave.core.peer.Message.RequestRegister;
import dev.conclave.core.peer.Message.RequestVote;
import dev.conclave.core.peer.Message.StoreRegister;
import dev.conclave.core.peer.Message.VoteGranted;
import dev.conclave.core.peer.Message.VoteRefused;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An {@link Envelope} as a map of a {@link Frame}: {@code k} the kind of message, {@code e} the election, {@code t} the term, and
 * further fields of the kind; {@code n} the number of the configuration, left out if it is that of the frame.
 *
 * <table> <caption>The kinds with their fixed numbers and their fields</caption>
 * <tr><td>1</td><td>RequestPreVote</td><td>{@code r} released</td></tr>
 * <tr><td>2</td><td>PreVoteGranted</td><td></td></tr>
 * <tr><td>3</td><td>PreVoteRefused</td><td>{@code a} asked, {@code l} loyal for, in nanoseconds</td></tr>
 * <tr><td>4</td><td>RequestVote</td><td>{@code r} released</td></tr>
 * <tr><td>5</td><td>VoteGranted</td><td>{@code i} the life for which it counts, left out for a voter</td></tr>
 * <tr><td>6</td><td>VoteRefused</td><td>{@code a} asked</td></tr>
 * <tr><td>7</td><td>Heartbeat</td><td>{@code s} sent at, {@code o} succession, {@code w} written and {@code wd} done, left out without a register</td></tr>
 * <tr><td>8</td><td>HeartbeatAck</td><td>{@code s} sent at, {@code c} stands, {@code w} stored, left out if nothing is</td></tr>
 * <tr><td>9</td><td>HeartbeatRefused</td><td></td></tr>
 * <tr><td>10</td><td>Release</td><td>{@code o} successor, left out if there is none</td></tr>
 * <tr><td>12</td><td>StoreRegister</td><td>{@code c} count, {@code v} whether there is a value, {@code b} the value; one that
 * does not fit into a frame comes in pieces: {@code z} its size, {@code o} the place of the piece</td></tr>
 * <tr><td>13</td><td>RegisterStored</td><td>{@code c} count</td></tr>
 * <tr><td>14</td><td>RequestRegister</td><td>{@code ht}, {@code hc} known version</td></tr>
 * <tr><td>15</td><td>ReadRegister</td><td>{@code id} number</td></tr>
 * <tr><td>16</td><td>RegisterTruth</td><td>{@code id} number, {@code ht}, {@code hc} version, left out if the sender does not lead,
 * {@code v}, {@code b}, {@code z}, {@code o} as above, {@code l} whether the sender leads</td></tr>
 * <tr><td>11</td><td>Observe</td><td>{@code c} stands, {@code o} the observer, left out if it is the sender</td></tr>
 * </table>
 */
final class MessageKind {

    private MessageKind() {}

    /** Writes a message into a frame whose header has this number of a configuration. */
    static Map<String, Object> write(Envelope envelope, int configuration) {
        Map<String, Object> fields = write(envelope);
        if (envelope.configuration() != configuration) {
            fields.put("n", (long) envelope.configuration());
        }
        return fields;
    }

    private static Map<String, Object> write(Envelope envelope) {
        Message message = envelope.message();
        if (message instanceof Heartbeat heartbeat) {
            Map<String, Object> fields =
                    map(envelope, 7, "s", heartbeat.sentAt(), "o", WireFormat.texts(heartbeat.succession()));
            if (heartbeat.written() >= 0) {
                fields.put("w", heartbeat.written());
                fields.put("wd", heartbeat.done());
            }
            return fields;
        } else if (message instanceof HeartbeatAck ack) {
            Map<String, Object> fields = map(envelope, 8, "s", ack.sentAt(), "c", ack.stands());
            if (ack.stored() >= 0) {
                fields.put("w", ack.stored());
            }
            return fields;
        } else if (message instanceof RequestPreVote request) {
            return map(envelope, 1, "r", request.released());
        } else if (message instanceof PreVoteGranted) {
            return map(envelope, 2);
        } else if (message instanceof PreVoteRefused refused) {
            return map(envelope, 3, "a", refused.asked(), "l", refused.loyalForNanos());
        } else if (message instanceof RequestVote request) {
            return put(map(envelope, 4, "r", request.released()), request.holds());
        } else if (message instanceof VoteGranted granted) {
            Map<String, Object> fields = granted.life().isEmpty()
                    ? map(envelope, 5)
                    : map(envelope, 5, "i", granted.life().get().value());
            return put(fields, granted.holds());
        } else if (message instanceof VoteRefused refused) {
            return map(envelope, 6, "a", refused.asked());
        } else if (message instanceof HeartbeatRefused) {
            return map(envelope, 9);
        } else if (message instanceof Release release) {
            Optional<PeerId> successor = release.successor();
            return successor.isEmpty()
                    ? map(envelope, 10)
                    : map(envelope, 10, "o", successor.get().toString());
        } else if (message instanceof Observe observe) {
            return observe.of().isEmpty()
                    ? map(envelope, 11, "c", observe.stands())
                    : map(
                            envelope,
                            11,
                            "c",
                            observe.stands(),
                            "o",
                            observe.of().get().toString());
        }
        return writeRegister(envelope);
    }

    private static Map<String, Object> writeRegister(Envelope envelope) {
        Message message = envelope.message();
        if (message instanceof StoreRegister store) {
            return put(
                    map(envelope, 12, "c", store.entry().version().count()),
                    store.entry().value());
        } else if (message instanceof RegisterStored stored) {
            return map(envelope, 13, "c", stored.count());
        } else if (message instanceof RequestRegister request) {
            RegisterVersion known = request.known();
            return map(envelope, 14, "ht", known.term(), "hc", known.count());
        } else if (message instanceof ReadRegister read) {
            return map(envelope, 15, "id", read.id());
        } else if (message instanceof RegisterTruth truth) {
            Map<String, Object> fields =
                    map(envelope, 16, "id", truth.id(), "l", truth.entry().isPresent());
            return truth.entry().isEmpty()
                    ? fields
                    : write(fields, truth.entry().get());
        }
        throw new IllegalArgumentException("the wire format has no kind for " + message);
    }

    /** Adds a version, unless there is no register. */
    private static Map<String, Object> put(Map<String, Object> fields, RegisterVersion version) {
        if (version.exists()) {
            fields.put("ht", version.term());
            fields.put("hc", version.count());
        }
        return fields;
    }

    private static RegisterVersion version(FrameFields fields) {
        return fields.has("ht") ? new RegisterVersion(fields.number("ht"), fields.number("hc")) : RegisterVersion.NONE;
    }

    private static Map<String, Object> put(Map<String, Object> fields, Optional<RegisterValue> value) {
        fields.put("v", value.isPresent());
        value.ifPresent(bytes -> fields.put("b", ByteString.fromArrayUnsafe(bytes.toBytes())));
        return fields;
    }

    private static Map<String, Object> write(Map<String, Object> fields, RegisterEntry entry) {
        fields.put("ht", entry.version().term());
        fields.put("hc", entry.version().count());
        return put(fields, entry.value());
    }

    private static Optional<RegisterValue> value(FrameFields fields) {
        return fields.flag("v")
                ? Optional.of(new RegisterValue(fields.bytes("b").toArrayUnsafe()))
                : Optional.empty();
    }

    private static long count(FrameFields fields, String name) {
        return fields.ifThere(name, fields::number).orElse(-1L);
    }

    private static Map<String, Object> map(Envelope envelope, long kind, Object... namesAndValues) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("k", kind);
        fields.put("e", envelope.election().value());
        fields.put("t", envelope.message().term());
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return fields;
    }

    /** Reads a message of a frame whose header has this number of a configuration; empty if this version does not know its kind. */
    static Optional<Envelope> read(FrameFields fields, int configuration) {
        long kind = fields.number("k");
        if (kind < 1 || kind > 16) {
            return Optional.empty();
        }
        return Optional.of(new Envelope(
                new ElectionName(fields.text("e")),
                fields.ifThere("n", fields::smallNumber).orElse(configuration),
                message((int) kind, fields)));
    }

    private static Message message(int kind, FrameFields fields) {
        long term = fields.number("t");
        return switch (kind) {
            case 1 -> new RequestPreVote(term, fields.number("r"));
            case 2 -> new PreVoteGranted(term);
            case 3 -> new PreVoteRefused(term, fields.number("a"), fields.number("l"));
            case 4 -> new RequestVote(term, fields.number("r"), version(fields));
            case 5 ->
                new VoteGranted(
                        term, fields.ifThere("i", name -> new Incarnation(fields.number(name))), version(fields));
            case 6 -> new VoteRefused(term, fields.number("a"));
            case 7 ->
                new Heartbeat(term, fields.number("s"), succession(fields), count(fields, "w"), count(fields, "wd"));
            case 8 -> new HeartbeatAck(term, fields.number("s"), fields.flag("c"), count(fields, "w"));
            case 9 -> new HeartbeatRefused(term);
            case 10 -> new Release(term, fields.ifThere("o", fields::peer));
            case 11 -> new Observe(term, fields.flag("c"), fields.ifThere("o", fields::peer));
            case 12 ->
                new StoreRegister(new RegisterEntry(new RegisterVersion(term, fields.number("c")), value(fields)));
            case 13 -> new RegisterStored(term, fields.number("c"));
            case 14 -> new RequestRegister(term, new RegisterVersion(fields.number("ht"), fields.number("hc")));
            case 15 -> new ReadRegister(term, fields.number("id"));
            case 16 ->
                new RegisterTruth(
                        term,
                        fields.number("id"),
                        fields.flag("l")
                                ? Optional.of(new RegisterEntry(
                                        new RegisterVersion(fields.number("ht"), fields.number("hc")), value(fields)))
                                : Optional.empty());
            default -> throw new IllegalArgumentException("kind " + kind + " is unknown");
        };
    }

    private static List<PeerId> succession(FrameFields fields) {
        return fields.peers("o", Heartbeat.MAX_SUCCESSION);
    }
}

package dev.conclave.internal.wire;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.Quorum;
import dev.conclave.core.RegisterVersion;
import dev.conclave.core.Settings;
import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.electorate.Configuration.Origin;
import dev.conclave.core.electorate.ElectorateMessage;
import dev.conclave.core.electorate.ElectorateMessage.Accept;
import dev.conclave.core.electorate.ElectorateMessage.Accepted;
import dev.conclave.core.electorate.ElectorateMessage.AskRegisters;
import dev.conclave.core.electorate.ElectorateMessage.AskToFound;
import dev.conclave.core.electorate.ElectorateMessage.AskToReadmit;
import dev.conclave.core.electorate.ElectorateMessage.Holds;
import dev.conclave.core.electorate.ElectorateMessage.MayFound;
import dev.conclave.core.electorate.ElectorateMessage.Prepare;
import dev.conclave.core.electorate.ElectorateMessage.Promise;
import dev.conclave.core.electorate.ElectorateMessage.Refused;
import dev.conclave.core.electorate.ElectorateMessage.RegisterVersions;
import dev.conclave.core.electorate.ElectorateMessage.Shown;
import dev.conclave.core.electorate.RoundBallot;
import dev.conclave.core.electorate.StoredElectorate.Acceptance;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An {@link ElectorateMessage} as a map of a {@link Frame}: {@code k} the kind, and its fields. {@code g} is a group, {@code n} the
 * number of a configuration, {@code b} a ballot ({@code c} counter, {@code d} identity, {@code l} life), {@code o} a configuration.
 *
 * <table> <caption>The kinds with their fixed numbers and their fields</caption>
 * <tr><td>1</td><td>Holds</td><td>{@code g}, {@code n} stored, {@code y} obeyed, {@code s} stop margin in nanoseconds, {@code am}
 * answer me, {@code rg} has registers, left out if it has none</td></tr>
 * <tr><td>2</td><td>Shown</td><td>{@code o}</td></tr>
 * <tr><td>3</td><td>Prepare</td><td>{@code g}, {@code n}, {@code b}</td></tr>
 * <tr><td>4</td><td>Promise</td><td>{@code g}, {@code n}, {@code b}, {@code e} the longest E in nanoseconds; {@code a} and {@code o}
 * the ballot and the configuration that were accepted, left out if none</td></tr>
 * <tr><td>5</td><td>Accept</td><td>{@code g}, {@code n}, {@code b}, {@code o}</td></tr>
 * <tr><td>6</td><td>Accepted</td><td>{@code g}, {@code n}, {@code b}</td></tr>
 * <tr><td>7</td><td>Refused</td><td>{@code g}, {@code n}, {@code b}, {@code a} the promised ballot</td></tr>
 * <tr><td>8</td><td>AskToFound</td><td></td></tr>
 * <tr><td>9</td><td>MayFound</td><td></td></tr>
 * <tr><td>10</td><td>AskToReadmit</td><td></td></tr>
 * <tr><td>11</td><td>AskRegisters</td><td>{@code g}, {@code n}, {@code a} after, left out at first</td></tr>
 * <tr><td>12</td><td>RegisterVersions</td><td>{@code g}, {@code n}, {@code a} after, left out at first, {@code l} last, {@code rs} the
 * registers: {@code e} election, {@code ht}, {@code hc} version</td></tr>
 * </table>
 */
final class ElectorateKind {

    private ElectorateKind() {}

    static Map<String, Object> write(ElectorateMessage message) {
        if (message instanceof Holds holds) {
            Map<String, Object> fields = map(1, holds.group(), holds.stored());
            fields.put("y", (long) holds.obeyed());
            fields.put("s", holds.stopMarginNanos());
            fields.put("am", holds.answerMe());
            if (holds.registers()) {
                fields.put("rg", true);
            }
            return fields;
        } else if (message instanceof Shown shown) {
            Map<String, Object> fields = map(2);
            fields.put("o", write(shown.configuration()));
            return fields;
        } else if (message instanceof Prepare prepare) {
            return map(3, prepare.group(), prepare.number(), prepare.ballot());
        } else if (message instanceof Promise promise) {
            Map<String, Object> fields = map(4, promise.group(), promise.number(), promise.ballot());
            fields.put("e", promise.longestElectionNanos());
            promise.accepted().ifPresent(accepted -> {
                fields.put("a", write(accepted.ballot()));
                fields.put("o", write(accepted.next()));
            });
            return fields;
        } else if (message instanceof Accept accept) {
            Map<String, Object> fields = map(5, accept.group(), accept.number(), accept.ballot());
            fields.put("o", write(accept.next()));
            return fields;
        } else if (message instanceof Accepted accepted) {
            return map(6, accepted.group(), accepted.number(), accepted.ballot());
        } else if (message instanceof Refused refused) {
            Map<String, Object> fields = map(7, refused.group(), refused.number(), refused.ballot());
            fields.put("a", write(refused.promised()));
            return fields;
        }
        if (message instanceof AskRegisters asked) {
            Map<String, Object> fields = map(11, asked.group(), asked.number());
            asked.after().ifPresent(after -> fields.put("a", after.value()));
            return fields;
        } else if (message instanceof RegisterVersions listed) {
            return write(listed);
        }
        return map(message instanceof AskToFound ? 8 : message instanceof MayFound ? 9 : 10);
    }

    private static Map<String, Object> write(RegisterVersions listed) {
        Map<String, Object> fields = map(12, listed.group(), listed.number());
        listed.after().ifPresent(after -> fields.put("a", after.value()));
        fields.put("l", listed.isLast());
        List<Map<String, Object>> registers = new ArrayList<>();
        listed.versions().forEach((election, version) -> {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("e", election.value());
            one.put("ht", version.term());
            one.put("hc", version.count());
            registers.add(one);
        });
        fields.put("rs", registers);
        return fields;
    }

    private static Optional<ElectionName> after(FrameFields fields) {
        return fields.ifThere("a", name -> new ElectionName(fields.text(name)));
    }

    private static RegisterVersions registerVersions(FrameFields fields) {
        SortedMap<ElectionName, RegisterVersion> versions = new TreeMap<>();
        for (Object item : fields.list("rs", RegisterVersions.MOST)) {
            FrameFields one = FrameFields.of(item);
            versions.put(new ElectionName(one.text("e")), new RegisterVersion(one.number("ht"), one.number("hc")));
        }
        return new RegisterVersions(
                fields.number("g"), fields.smallNumber("n"), after(fields), versions, fields.flag("l"));
    }

    private static Map<String, Object> map(long kind) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("k", kind);
        return fields;
    }

    private static Map<String, Object> map(long kind, long group, int number) {
        Map<String, Object> fields = map(kind);
        fields.put("g", group);
        fields.put("n", (long) number);
        return fields;
    }

    private static Map<String, Object> map(long kind, long group, int number, RoundBallot ballot) {
        Map<String, Object> fields = map(kind, group, number);
        fields.put("b", write(ballot));
        return fields;
    }

    private static Map<String, Object> write(RoundBallot ballot) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("c", ballot.counter());
        fields.put("d", ballot.identity().value());
        fields.put("l", ballot.life());
        return fields;
    }

    private static Map<PeerId, DirectoryIdentity> without(
            Map<PeerId, DirectoryIdentity> all, Map<PeerId, DirectoryIdentity> others) {
        Map<PeerId, DirectoryIdentity> rest = new TreeMap<>(all);
        rest.entrySet().removeAll(others.entrySet());
        return rest;
    }

    private static Map<PeerId, DirectoryIdentity> previous(FrameFields fields, Map<PeerId, DirectoryIdentity> named) {
        if (!fields.flag("p")) {
            return Map.of();
        }
        Map<PeerId, DirectoryIdentity> previous = without(named, fields.identities("pn", Quorum.MAX_VOTERS));
        previous.putAll(fields.identities("po", Quorum.MAX_VOTERS));
        return previous;
    }

    private static List<Map<String, Object>> voters(Map<PeerId, DirectoryIdentity> named) {
        List<Map<String, Object>> voters = new ArrayList<>();
        named.forEach((peer, identity) -> {
            Map<String, Object> voter = new LinkedHashMap<>();
            voter.put("f", peer.toString());
            voter.put("d", identity.value());
            voters.add(voter);
        });
        return voters;
    }

    private static Map<String, Object> write(Configuration configuration) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("g", configuration.group());
        if (!configuration.former().isEmpty()) {
            fields.put("fg", configuration.former());
        }
        fields.put("n", (long) configuration.number());
        fields.put("vs", voters(configuration.named()));
        fields.put("p", !configuration.previous().isEmpty());
        if (!configuration.previous().isEmpty()) {
            // The two differ in one voter at most, and a list of 63 voters is long.
            fields.put("po", voters(without(configuration.previous(), configuration.named())));
            fields.put("pn", voters(without(configuration.named(), configuration.previous())));
        }
        fields.put("h", configuration.settings().heartbeatNanos());
        fields.put("e", configuration.settings().electionNanos());
        fields.put("rho", configuration.settings().maxClockDrift());
        List<Map<String, Object>> history = new ArrayList<>();
        for (Origin origin : configuration.history()) {
            Map<String, Object> step = new LinkedHashMap<>();
            step.put("n", (long) origin.number());
            step.put("t", origin.atMillis());
            step.put("by", origin.by());
            step.put("w", origin.what());
            history.add(step);
        }
        fields.put("hi", history);
        return fields;
    }

    static ElectorateMessage read(FrameFields fields) {
        long kind = fields.number("k");
        if (kind < 1 || kind > 12) {
            throw new IllegalArgumentException("kind " + kind + " of a message about the electorate is unknown");
        }
        return switch ((int) kind) {
            case 1 ->
                new Holds(
                        fields.number("g"),
                        fields.smallNumber("n"),
                        fields.smallNumber("y"),
                        fields.number("s"),
                        fields.flag("am"),
                        fields.ifThere("rg", fields::flag).orElse(false));
            case 2 -> new Shown(configuration(fields));
            case 3 -> new Prepare(fields.number("g"), fields.smallNumber("n"), ballot(fields, "b"));
            case 4 ->
                new Promise(
                        fields.number("g"),
                        fields.smallNumber("n"),
                        ballot(fields, "b"),
                        fields.has("a")
                                ? Optional.of(new Acceptance(ballot(fields, "a"), configuration(fields)))
                                : Optional.empty(),
                        fields.number("e"));
            case 5 ->
                new Accept(fields.number("g"), fields.smallNumber("n"), ballot(fields, "b"), configuration(fields));
            case 6 -> new Accepted(fields.number("g"), fields.smallNumber("n"), ballot(fields, "b"));
            case 7 ->
                new Refused(fields.number("g"), fields.smallNumber("n"), ballot(fields, "b"), ballot(fields, "a"));
            case 8 -> new AskToFound();
            case 9 -> new MayFound();
            case 11 -> new AskRegisters(fields.number("g"), fields.smallNumber("n"), after(fields));
            case 12 -> registerVersions(fields);
            default -> new AskToReadmit();
        };
    }

    private static RoundBallot ballot(FrameFields fields, String name) {
        FrameFields of = FrameFields.of(fields.demandValue(name));
        return new RoundBallot(of.number("c"), of.identity("d"), of.number("l"));
    }

    private static Configuration configuration(FrameFields outer) {
        FrameFields fields = FrameFields.of(outer.demandValue("o"));
        Map<PeerId, DirectoryIdentity> named = fields.identities("vs", Quorum.MAX_VOTERS);
        List<Origin> history = new ArrayList<>();
        for (Object step : fields.list("hi", Configuration.MAX_HISTORY)) {
            FrameFields of = FrameFields.of(step);
            history.add(new Origin(of.smallNumber("n"), of.number("t"), of.text("by"), of.text("w")));
        }
        return new Configuration(
                fields.number("g"),
                fields.has("fg") ? fields.numbers("fg", Configuration.MAX_FORMER) : List.of(),
                fields.smallNumber("n"),
                named,
                previous(fields, named),
                new Settings(
                        List.copyOf(named.keySet()), fields.number("h"), fields.number("e"), fields.fraction("rho")),
                history);
    }
}

package dev.conclave.bench.peer;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a member is in its group, and the settings that all systems are given alike as far as each has them.
 *
 * @param index which of the members this one is
 * @param members all of them as {@code host:port}, the same list for each
 * @param data a directory of its own
 * @param heartbeatMillis how often a leader beats
 * @param electionMillis after how long without a leader another one is sought
 * @param variant which of a system's set-ups
 * @param watchesBelief whether it looks every millisecond whether it believes to lead
 */
public record Place(
        int index,
        List<String> members,
        Path data,
        int heartbeatMillis,
        int electionMillis,
        String variant,
        boolean watchesBelief) {

    /** From arguments of the form {@code name=value}. */
    static Place of(String... arguments) {
        Map<String, String> given = new HashMap<>();
        for (String argument : arguments) {
            int at = argument.indexOf('=');
            if (at < 0) {
                throw new IllegalArgumentException(argument + " is not of the form name=value");
            }
            given.put(argument.substring(0, at), argument.substring(at + 1));
        }
        return new Place(
                Integer.parseInt(need(given, "index")),
                List.of(need(given, "members").split(",")),
                Path.of(need(given, "data")),
                Integer.parseInt(need(given, "heartbeatMillis")),
                Integer.parseInt(need(given, "electionMillis")),
                given.getOrDefault("variant", ""),
                Boolean.parseBoolean(given.getOrDefault("belief", "false")));
    }

    private static String need(Map<String, String> given, String name) {
        return Optional.ofNullable(given.get(name))
                .orElseThrow(() -> new IllegalArgumentException("the argument " + name + "=... is missing"));
    }

    /** This member. */
    public String self() {
        return members.get(index);
    }

    /** The host of a member. */
    public static String host(String member) {
        return member.substring(0, member.lastIndexOf(':'));
    }

    /** The port of a member. */
    public static int port(String member) {
        return Integer.parseInt(member.substring(member.lastIndexOf(':') + 1));
    }
}

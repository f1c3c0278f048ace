package dev.conclave.bench.many;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The measurement that the driver is to make.
 *
 * @param elections how many elections each peer joins and stands in
 * @param electionMillis E; H is a fifth of it
 * @param patienceSeconds after which it is given up that all are led
 * @param holdSeconds how long they are watched once all are led
 * @param heap the heap of each peer, as the JVM takes it
 * @param classes a directory or jar that is put before the class path, so that another Conclave is measured
 * @param progress whether the counts are printed every second
 * @param jvm more options of the JVM for each peer, separated by blanks
 */
record Options(
        int elections,
        int electionMillis,
        int patienceSeconds,
        int holdSeconds,
        String heap,
        Optional<String> classes,
        boolean progress,
        String jvm) {

    private static final Set<String> NAMES =
            Set.of("elections", "election-millis", "patience", "hold", "heap", "classes", "progress", "jvm");

    /** From arguments of the form {@code --name=value}. */
    static Options of(String... arguments) {
        Map<String, String> given = new HashMap<>();
        for (String argument : arguments) {
            int at = argument.indexOf('=');
            if (!argument.startsWith("--") || at < 0 || !NAMES.contains(argument.substring(2, at))) {
                throw new IllegalArgumentException(argument + " is none of --name=value with one of " + NAMES);
            }
            given.put(argument.substring(2, at), argument.substring(at + 1));
        }
        return new Options(
                Integer.parseInt(given.getOrDefault("elections", "1000")),
                Integer.parseInt(given.getOrDefault("election-millis", "1000")),
                Integer.parseInt(given.getOrDefault("patience", "180")),
                Integer.parseInt(given.getOrDefault("hold", "10")),
                given.getOrDefault("heap", "1g"),
                Optional.ofNullable(given.get("classes")),
                Boolean.parseBoolean(given.getOrDefault("progress", "false")),
                given.getOrDefault("jvm", ""));
    }
}

package dev.conclave.internal.settings;

import akka.cluster.ConfigValidation;
import akka.cluster.Invalid;
import akka.cluster.JoinConfigCompatChecker;
import akka.cluster.Valid$;
import com.typesafe.config.Config;
import dev.conclave.core.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Lets a node join an Akka cluster only if its voters, E, H and rho equal those of the cluster. Passes if Conclave is dormant on
 * the joining node or in the cluster. Peers compare the settings again themselves (R13), since a joining node may not reach the
 * voters.
 */
public final class AgreedSettingsCheck extends JoinConfigCompatChecker {

    private static final List<String> KEYS = List.of(
            "conclave.voters", "conclave.heartbeat-interval", "conclave.election-timeout", "conclave.max-clock-drift");

    /** Called by Akka, which finds it by its name in {@code reference.conf}. */
    public AgreedSettingsCheck() {}

    @Override
    public Seq<String> requiredKeys() {
        return CollectionConverters.asScala(KEYS).toSeq();
    }

    @Override
    public ConfigValidation check(Config toCheck, Config actual) {
        try {
            Optional<Settings> theirs = agreed(toCheck, actual);
            Optional<Settings> ours = agreed(actual, actual);
            return theirs.isEmpty() || ours.isEmpty() ? Valid$.MODULE$ : compare(theirs.get(), ours.get());
        } catch (IllegalArgumentException unreadable) {
            return invalid(List.of("the settings of that node are not valid: " + unreadable.getMessage()));
        }
    }

    private static ConfigValidation compare(Settings theirs, Settings ours) {
        List<String> differences = new ArrayList<>();
        differ(differences, "voters", theirs.voters(), ours.voters());
        differ(differences, "heartbeat-interval", millis(theirs.heartbeatNanos()), millis(ours.heartbeatNanos()));
        differ(differences, "election-timeout", millis(theirs.electionNanos()), millis(ours.electionNanos()));
        differ(differences, "max-clock-drift", theirs.maxClockDrift(), ours.maxClockDrift());
        return differences.isEmpty() ? Valid$.MODULE$ : invalid(differences);
    }

    private static void differ(List<String> differences, String key, Object theirs, Object ours) {
        if (!theirs.equals(ours)) {
            differences.add("conclave." + key + " is " + theirs + " on that node and " + ours
                    + " here; it must be the same on all nodes, and may change only while all of them are stopped");
        }
    }

    private static String millis(long nanos) {
        return nanos / 1e6 + " ms";
    }

    private static Optional<Settings> agreed(Config config, Config fallback) {
        return config.hasPath("conclave.voters")
                ? new SettingsReader(config.withFallback(fallback).getConfig("conclave")).agreed()
                : Optional.empty();
    }

    private static ConfigValidation invalid(List<String> why) {
        return new Invalid(CollectionConverters.asScala(why).toSeq());
    }
}

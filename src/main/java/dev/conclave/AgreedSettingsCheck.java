package dev.conclave;

import akka.cluster.ConfigValidation;
import akka.cluster.Invalid;
import akka.cluster.JoinConfigCompatChecker;
import akka.cluster.Valid$;
import com.typesafe.config.Config;
import dev.conclave.core.Settings;
import java.util.List;
import java.util.Optional;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Lets a node join a cluster only if it agrees on the voters, E, H and rho, unless it or the cluster leaves Conclave dormant.
 * Peers check again between themselves (R13), since a joining node may not reach those that count.
 */
public final class AgreedSettingsCheck extends JoinConfigCompatChecker {

    private static final List<String> KEYS = List.of(
            "conclave.voters", "conclave.heartbeat-interval", "conclave.election-timeout", "conclave.max-clock-drift");

    @Override
    public Seq<String> requiredKeys() {
        return CollectionConverters.asScala(KEYS).toSeq();
    }

    @Override
    public ConfigValidation check(Config toCheck, Config actual) {
        try {
            Optional<Settings> theirs = agreed(toCheck, actual);
            Optional<Settings> ours = agreed(actual, actual);
            if (theirs.isEmpty() || ours.isEmpty() || theirs.equals(ours)) {
                return Valid$.MODULE$;
            }
            return invalid(
                    "conclave.voters, heartbeat-interval, election-timeout and max-clock-drift must be the same on all"
                            + " nodes: the joining node has " + theirs.get() + ", the cluster has " + ours.get());
        } catch (IllegalArgumentException unreadable) {
            return invalid(unreadable.getMessage());
        }
    }

    private static Optional<Settings> agreed(Config config, Config fallback) {
        return config.hasPath("conclave.voters")
                ? ConclaveSettings.fromConfig(config.withFallback(fallback).getConfig("conclave"))
                        .agreed()
                : Optional.empty();
    }

    private static ConfigValidation invalid(@org.jspecify.annotations.Nullable String why) {
        return new Invalid(
                CollectionConverters.asScala(List.of(String.valueOf(why))).toSeq());
    }
}

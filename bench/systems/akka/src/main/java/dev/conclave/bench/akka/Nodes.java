package dev.conclave.bench.akka;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.conclave.bench.peer.Place;
import java.util.List;
import java.util.Map;

/** The part of a node's configuration that follows from its place. */
final class Nodes {

    private Nodes() {}

    /** Without the libraries' defaults, and not resolved. */
    static Config config(String resource, String system, Place place) {
        List<String> seeds = place.members().stream()
                .map(member -> "akka://" + system + "@" + member)
                .toList();
        return ConfigFactory.parseMap(Map.of(
                        "akka.remote.artery.canonical.hostname", Place.host(place.self()),
                        "akka.remote.artery.canonical.port", Place.port(place.self()),
                        "akka.cluster.seed-nodes", seeds))
                .withFallback(ConfigFactory.parseResources(resource));
    }
}

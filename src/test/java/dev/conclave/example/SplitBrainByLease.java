package dev.conclave.example;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;

/**
 * An Akka cluster whose Split Brain Resolver asks Conclave which side of a cut goes on: the side that reaches a majority of
 * the voters, whether or not it is the larger one. The other side ends itself, and no extra store is needed.
 *
 * <p>Start it with {@code -Dconfig.file=} and a file that names this node's address, the seed nodes, the voters and the data
 * directory.
 */
public final class SplitBrainByLease {

    private SplitBrainByLease() {}

    /** The settings of a cluster beside {@code conclave.voters}, and {@code conclave.data-dir} on the voters. */
    public static Config settings() {
        return ConfigFactory.parseString("""
                akka.actor.provider = cluster
                akka.cluster {
                  downing-provider-class = "akka.cluster.sbr.SplitBrainResolverProvider"
                  split-brain-resolver {
                    active-strategy = lease-majority
                    lease-majority.lease-implementation = "conclave.lease"
                    down-all-when-unstable = off # the lease decides; a flapping link must not end all nodes
                  }
                }
                """);
    }

    /** A node of such a cluster. */
    public static void main(String[] arguments) {
        ActorSystem.create(Behaviors.empty(), "orders", settings().withFallback(ConfigFactory.load()));
    }
}

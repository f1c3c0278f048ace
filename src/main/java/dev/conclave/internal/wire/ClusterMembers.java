package dev.conclave.internal.wire;

import akka.actor.ActorIdentity;
import akka.actor.ActorSelection;
import akka.actor.Identify;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Adapter;
import akka.cluster.Cluster;
import akka.cluster.Member;
import akka.cluster.MemberStatus;
import akka.pattern.Patterns;
import com.typesafe.config.Config;
import dev.conclave.core.PeerId;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;

/** The members of the Akka cluster that a node belongs to, or is to join. May be used on any thread. */
public final class ClusterMembers {

    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(2);

    private final ActorSystem<?> system;

    /** The cluster of this actor system. */
    public ClusterMembers(ActorSystem<?> system) {
        this.system = system;
    }

    /** Whether the actor system has a cluster, joined or not. */
    public boolean isClustered() {
        return system.settings().config().getString("akka.actor.provider").equals("cluster");
    }

    /** Whether the configuration of the actor system says that it joins a cluster: it has seed nodes, or bootstraps one. */
    public boolean willJoin() {
        if (!isClustered()) {
            return false;
        }
        Config config = system.settings().config();
        boolean bootstraps = config.hasPath("akka.extensions")
                && config.getStringList("akka.extensions").stream()
                        .anyMatch(name -> name.contains("cluster.bootstrap"));
        return bootstraps || !config.getStringList("akka.cluster.seed-nodes").isEmpty();
    }

    /** Runs a task, on a thread of the actor system, once this node is Up. */
    public void whenUp(Runnable task) {
        cluster().registerOnMemberUp(task);
    }

    private Cluster cluster() {
        return Cluster.get(Adapter.toClassic(system));
    }

    /** The other members that are Up. */
    public Set<PeerId> othersUp() {
        Set<PeerId> up = new TreeSet<>();
        for (Member member : cluster().state().getMembers()) {
            boolean isSelf = member.uniqueAddress().equals(cluster().selfUniqueAddress());
            if (member.status().equals(MemberStatus.up()) && !isSelf) {
                up.add(new PeerId(member.address().host().get(), (Integer)
                        member.address().port().get()));
            }
        }
        return up;
    }

    /** Whether the member has a node of Conclave; fails if it does not answer in time. */
    public CompletionStage<Boolean> hasNode(PeerId member) {
        ActorSelection selection = Adapter.toClassic(system)
                .actorSelection("akka://" + system.name() + "@" + member + RemoteEndpoints.PATH);
        return Patterns.ask(selection, new Identify(member.toString()), ANSWERS_WITHIN)
                .thenApply(answer -> answer instanceof ActorIdentity identity
                        && identity.getActorRef().isPresent());
    }
}

package dev.conclave.internal.node;

import akka.actor.ActorIdentity;
import akka.actor.ActorSelection;
import akka.actor.Identify;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Adapter;
import akka.cluster.Cluster;
import akka.cluster.Member;
import akka.cluster.MemberStatus;
import akka.pattern.Patterns;
import com.typesafe.config.Config;
import dev.conclave.core.PeerId;
import dev.conclave.core.node.Node;
import dev.conclave.internal.wire.NodeMessage;
import dev.conclave.internal.wire.RemoteEndpoints;
import dev.conclave.logging.AsyncLogger;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Lets a node found a group (E10). A node that is to join an Akka cluster founds only when it is Up, and all members that are Up
 * then have said what they hold: a list of voters that is left behind in a file, beside an empty directory, would otherwise found
 * a second group beside the one of the cluster. Members without Conclave do not count; they say so when asked for the actor.
 */
public final class FoundingPermission {

    private static final AsyncLogger LOG = AsyncLogger.of(NodeActor.class);

    private static final Duration AGAIN = Duration.ofMillis(200);
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(2);

    private final ActorSystem<?> system;
    private final ActorRef<NodeMessage> node;
    private final NodeEnvironment environment;
    private final Set<PeerId> withoutConclave = ConcurrentHashMap.newKeySet();
    private boolean told;

    private FoundingPermission(ActorSystem<?> system, ActorRef<NodeMessage> node, NodeEnvironment environment) {
        this.system = system;
        this.node = node;
        this.environment = environment;
    }

    /** Lets the node found at once, or when its cluster allows it. A node that has a configuration needs no permission. */
    public static void ask(ActorSystem<?> system, ActorRef<NodeMessage> node, NodeEnvironment environment) {
        if (environment.configuration().isPresent()) {
            return;
        }
        if (!willJoin(system)) {
            node.tell(new NodeCommand.MayFound());
            return;
        }
        FoundingPermission permission = new FoundingPermission(system, node, environment);
        Cluster.get(Adapter.toClassic(system)).registerOnMemberUp(permission::look);
    }

    /** Whether the node's configuration says that it will join a cluster. */
    private static boolean willJoin(ActorSystem<?> system) {
        Config config = system.settings().config();
        if (!config.getString("akka.actor.provider").equals("cluster")) {
            return false;
        }
        boolean bootstraps = config.hasPath("akka.extensions")
                && config.getStringList("akka.extensions").stream()
                        .anyMatch(name -> name.contains("cluster.bootstrap"));
        return bootstraps || !config.getStringList("akka.cluster.seed-nodes").isEmpty();
    }

    /** Looks whether all members have answered; again and again until they have. */
    private void look() {
        if (environment.configuration().isPresent()) {
            return;
        }
        Set<PeerId> silent = new TreeSet<>();
        for (Member member : Cluster.get(Adapter.toClassic(system)).state().getMembers()) {
            PeerId peer = new PeerId(member.address().host().get(), (Integer)
                    member.address().port().get());
            boolean counts = member.status().equals(MemberStatus.up())
                    && !peer.equals(environment.self().id())
                    && !withoutConclave.contains(peer);
            if (counts && !hasSaid(peer)) {
                silent.add(peer);
                identify(peer);
            }
        }
        if (silent.isEmpty()) {
            node.tell(new NodeCommand.MayFound());
            return;
        }
        if (!told) {
            told = true;
            LOG.info(
                    "{} founds no group before these members of its cluster have said whether they belong to one: {}",
                    environment.self().id(),
                    silent);
        }
        environment.time().after(AGAIN, this::look);
    }

    private boolean hasSaid(PeerId peer) {
        Optional<Node> state = environment.observations().node();
        return state.filter(now -> now.electorate().seen().containsKey(peer)).isPresent();
    }

    /** Asks whether the member has a node of Conclave; if so, this node greets it. */
    private void identify(PeerId peer) {
        String path = "akka://" + system.name() + "@" + peer + RemoteEndpoints.PATH;
        ActorSelection selection = Adapter.toClassic(system).actorSelection(path);
        var unused = Patterns.ask(selection, new Identify(peer.toString()), ANSWERS_WITHIN)
                .thenAccept(answer -> {
                    if (answer instanceof ActorIdentity identity
                            && identity.getActorRef().isEmpty()) {
                        withoutConclave.add(peer);
                    } else {
                        node.tell(new NodeCommand.Greet(peer));
                    }
                });
    }
}

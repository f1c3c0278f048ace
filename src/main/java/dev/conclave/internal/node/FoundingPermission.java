package dev.conclave.internal.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import dev.conclave.core.PeerId;
import dev.conclave.internal.wire.ClusterMembers;
import dev.conclave.internal.wire.NodeMessage;
import dev.conclave.logging.AsyncLogger;
import java.time.Duration;
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

    private final ClusterMembers members;
    private final ActorRef<NodeMessage> node;
    private final NodeEnvironment environment;
    private final Set<PeerId> withoutConclave = ConcurrentHashMap.newKeySet();
    private boolean told;

    private FoundingPermission(ClusterMembers members, ActorRef<NodeMessage> node, NodeEnvironment environment) {
        this.members = members;
        this.node = node;
        this.environment = environment;
    }

    /** Lets the node found at once, or when its cluster allows it. A node that has a configuration needs no permission. */
    public static void ask(ActorSystem<?> system, ActorRef<NodeMessage> node, NodeEnvironment environment) {
        if (environment.configuration().isPresent()) {
            return;
        }
        ClusterMembers members = new ClusterMembers(system);
        if (members.willJoin()) {
            members.whenUp(new FoundingPermission(members, node, environment)::look);
        } else {
            node.tell(new NodeCommand.MayFound());
        }
    }

    /** Looks whether all members have answered; again and again until they have. */
    private void look() {
        if (environment.configuration().isPresent()) {
            return;
        }
        Set<PeerId> silent = new TreeSet<>(members.othersUp());
        silent.removeAll(withoutConclave);
        silent.removeIf(this::hasSaid);
        if (silent.isEmpty()) {
            node.tell(new NodeCommand.MayFound());
            return;
        }
        silent.forEach(this::identify);
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
        return environment
                .observations()
                .node()
                .filter(now -> now.electorate().seen().containsKey(peer))
                .isPresent();
    }

    /** Asks whether the member has a node of Conclave; if so, this node greets it. */
    private void identify(PeerId peer) {
        var unused = members.hasNode(peer).thenAccept(has -> {
            if (has) {
                node.tell(new NodeCommand.Greet(peer));
            } else {
                withoutConclave.add(peer);
            }
        });
    }
}

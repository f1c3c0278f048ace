package dev.conclave.internal.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import dev.conclave.core.PeerId;
import dev.conclave.internal.wire.ClusterMembers;
import dev.conclave.internal.wire.NodeMessage;
import dev.conclave.logging.AsyncLogger;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Looks for this node's group among the members of its Akka cluster. Members without Conclave do not count; they say so when asked
 * for the actor.
 *
 * <ul>
 *   <li>E10: a node that is to join a cluster founds only when it is Up, and all members that are Up then have said what they hold:
 *       a list of voters that is left behind in a file, beside an empty directory, would otherwise found a second group beside the
 *       one of the cluster.
 *   <li>After a start at which no voter that the node knows answers, all of them may have been replaced while it was down.
 * </ul>
 */
public final class GroupSearch {

    private static final AsyncLogger LOG = AsyncLogger.of(NodeActor.class);

    private static final Duration AGAIN = Duration.ofMillis(200);

    private static final Duration VOTERS_ANSWER_WITHIN = Duration.ofSeconds(5);

    private final ClusterMembers members;
    private final ActorRef<NodeMessage> node;
    private final NodeEnvironment environment;
    private final Set<PeerId> withoutConclave = ConcurrentHashMap.newKeySet();
    private boolean told;
    private boolean toldOfReplacement;

    private GroupSearch(ClusterMembers members, ActorRef<NodeMessage> node, NodeEnvironment environment) {
        this.members = members;
        this.node = node;
        this.environment = environment;
    }

    /** Lets the node found at once, or when its cluster allows it, and looks for voters if those that it knows are gone. */
    public static void begin(ActorSystem<?> system, ActorRef<NodeMessage> node, NodeEnvironment environment) {
        ClusterMembers members = new ClusterMembers(system);
        GroupSearch search = new GroupSearch(members, node, environment);
        if (members.willJoin() && environment.configuration().isEmpty()) {
            members.whenUp(search::permitFounding);
        } else if (environment.configuration().isEmpty()) {
            node.tell(new NodeCommand.MayFound());
        }
        if (members.isClustered()) {
            environment.time().after(VOTERS_ANSWER_WITHIN, search::lookForVoters);
        }
    }

    /** Looks whether all members have answered; again and again until they have. A node with a configuration needs no permission. */
    private void permitFounding() {
        if (environment.configuration().isPresent()) {
            return;
        }
        Set<PeerId> silent = silentMembers(this::hasSaid);
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
        environment.time().after(AGAIN, this::permitFounding);
    }

    /** Greets the members of the cluster, which show a newer configuration, until a voter of the newest one is met. */
    private void lookForVoters() {
        List<PeerId> voters = environment.settings().voters();
        PeerId self = environment.self().id();
        if (voters.equals(List.of(self)) || voters.stream().anyMatch(this::isMet)) {
            return;
        }
        withoutConclave.clear();
        Set<PeerId> unmet = silentMembers(this::isMet);
        if (!unmet.isEmpty() && !toldOfReplacement) {
            toldOfReplacement = true;
            LOG.info(
                    "{} has met none of the voters that it knows, {}; they may have been replaced, so it asks the members of its"
                            + " cluster: {}",
                    self,
                    voters,
                    unmet);
        }
        unmet.forEach(this::identify);
        environment.time().after(VOTERS_ANSWER_WITHIN, this::lookForVoters);
    }

    private Set<PeerId> silentMembers(Predicate<PeerId> hasAnswered) {
        Set<PeerId> silent = new TreeSet<>(members.othersUp());
        silent.removeAll(withoutConclave);
        silent.removeIf(hasAnswered);
        return silent;
    }

    private boolean hasSaid(PeerId peer) {
        return environment
                .observations()
                .node()
                .filter(now -> now.electorate().seen().containsKey(peer))
                .isPresent();
    }

    private boolean isMet(PeerId peer) {
        return environment
                .observations()
                .node()
                .filter(now -> now.contacts().containsKey(peer))
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

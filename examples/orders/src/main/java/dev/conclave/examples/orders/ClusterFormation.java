package dev.conclave.examples.orders;

import akka.actor.Address;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import akka.cluster.typed.JoinSeedNodes;
import dev.conclave.Conclave;
import dev.conclave.Election;
import dev.conclave.core.PeerId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Joins the Akka cluster. The voters and the leader of the dispatcher's election are the seed nodes, and none of them is the first:
 * only the leader forms a cluster, after no other node has answered for a while. Its voters are a majority, so a node that restarts
 * on the small side of a partition waits for the others, where the first node of Akka's seed-nodes would form a second cluster.
 */
final class ClusterFormation {

    private static final Duration WHILE_NO_NODE_ANSWERS = Duration.ofSeconds(5);

    /** Look whether this node has joined. */
    enum Check {
        CHECK
    }

    private ClusterFormation() {}

    static Behavior<Check> create(List<Address> voters) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay(Check.CHECK, WHILE_NO_NODE_ANSWERS);
            Election election = Conclave.get(context.getSystem()).join(Dispatcher.NAME);
            return joining(context, election, voters, Optional.empty());
        }));
    }

    /** Asks the voters and the leader, which need not be a voter; asks anew when another node leads. */
    private static Behavior<Check> joining(
            ActorContext<Check> context, Election election, List<Address> voters, Optional<PeerId> leader) {
        Cluster cluster = Cluster.get(context.getSystem());
        Address self = cluster.selfMember().address();
        Stream<Address> leading =
                leader.map(peer -> new Address(self.protocol(), self.system(), peer.host(), peer.port())).stream();
        cluster.manager()
                .tell(new JoinSeedNodes(Stream.concat(voters.stream(), leading)
                        .distinct()
                        .filter(node -> !node.equals(self))
                        .toList()));
        return Behaviors.receiveMessage(check -> {
            if (cluster.selfMember().status() != MemberStatus.removed()) {
                return Behaviors.stopped(); // has joined
            }
            if (election.leadership().isPresent()) {
                context.getLog().info("forms the cluster");
                cluster.manager().tell(new Join(self));
                return Behaviors.same();
            }
            Optional<PeerId> now = election.status().leader();
            return now.isEmpty() || now.equals(leader) ? Behaviors.same() : joining(context, election, voters, now);
        });
    }
}

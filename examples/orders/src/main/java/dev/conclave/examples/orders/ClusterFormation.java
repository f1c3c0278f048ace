package dev.conclave.examples.orders;

import akka.actor.Address;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import akka.cluster.typed.JoinSeedNodes;
import dev.conclave.Conclave;
import dev.conclave.Election;
import java.time.Duration;
import java.util.List;

/**
 * Joins the Akka cluster. The voters are the seed nodes, and none of them is the first: only the leader of the dispatcher's election
 * forms a cluster, after no other node has answered for a while. Its voters are a majority, so a node that restarts on the small
 * side of a partition waits for the others, where the first node of Akka's seed-nodes would form a second cluster.
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
            Cluster cluster = Cluster.get(context.getSystem());
            Address self = cluster.selfMember().address();
            Election election = Conclave.get(context.getSystem()).join(Dispatcher.NAME);
            List<Address> others =
                    voters.stream().filter(voter -> !voter.equals(self)).toList();
            cluster.manager().tell(new JoinSeedNodes(others));
            timers.startTimerWithFixedDelay(Check.CHECK, WHILE_NO_NODE_ANSWERS);
            return Behaviors.receiveMessage(check -> {
                if (cluster.selfMember().status() != MemberStatus.removed()) {
                    return Behaviors.stopped(); // has joined
                }
                if (election.leadership().isPresent()) {
                    context.getLog().info("forms the cluster");
                    cluster.manager().tell(new Join(self));
                }
                return Behaviors.same();
            });
        }));
    }
}

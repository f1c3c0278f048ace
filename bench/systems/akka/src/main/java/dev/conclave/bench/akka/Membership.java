package dev.conclave.bench.akka;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.ClusterEvent;
import akka.cluster.Member;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Subscribe;
import dev.conclave.bench.peer.Announcer;

/** Says whether this node sees all members up and reachable, unless it leads: then it says that. */
final class Membership {

    private final int size;
    private final Announcer announcer;
    private boolean whole;
    private volatile boolean leads;

    Membership(int size, Announcer announcer) {
        this.size = size;
        this.announcer = announcer;
    }

    void watch(ActorSystem<?> system) {
        Cluster cluster = Cluster.get(system);
        Behavior<ClusterEvent.ClusterDomainEvent> behavior = Behaviors.setup(context -> {
            cluster.subscriptions().tell(Subscribe.create(context.getSelf(), ClusterEvent.ClusterDomainEvent.class));
            return Behaviors.receiveMessage(event -> {
                look(cluster);
                return Behaviors.same();
            });
        });
        system.systemActorOf(behavior, "bench-membership", Props.empty());
    }

    private synchronized void look(Cluster cluster) {
        int up = 0;
        for (Member member : cluster.state().getMembers()) {
            if (member.status().equals(MemberStatus.up())) {
                up++;
            }
        }
        whole = up == size && cluster.state().getUnreachable().isEmpty();
        tell();
    }

    synchronized void leads(boolean now) {
        leads = now;
        tell();
    }

    boolean leads() {
        return leads;
    }

    private void tell() {
        if (leads) {
            announcer.leader();
        } else if (whole) {
            announcer.following("the oldest");
        } else {
            announcer.leaderless();
        }
    }
}

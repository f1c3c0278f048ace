package dev.conclave.cluster;

import dev.conclave.cluster.trial.Cluster;
import dev.conclave.cluster.trial.PeerProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The shapes of a partition. Each begins and ends with a connected network in which all peers follow one leader. */
enum Partition {
    /** The leader is cut off: the others elect a leader, and the lease of the first has ended by its own clock (R7). */
    LEADER_CUT_OFF {
        @Override
        void befall(Cluster cluster, PeerProcess leader) {
            cluster.cutOff(leader);
            cluster.awaitDismissed(leader);
            cluster.awaitNextLeaderAmong(cluster.others(leader));
        }
    },
    /** A follower is cut off: there is no election, since a candidate that cannot be elected does not raise its term (R5). */
    FOLLOWER_CUT_OFF {
        @Override
        void befall(Cluster cluster, PeerProcess leader) {
            PeerProcess lonely = cluster.others(leader).get(0);
            cluster.cutOff(lonely);
            cluster.passElectionTimeouts(2);
            cluster.awaitLeaderAmong(cluster.others(lonely));
        }
    },
    /** Two sides: the larger side has a leader, whichever peer led before. */
    TWO_SIDES {
        @Override
        void befall(Cluster cluster, PeerProcess leader) {
            List<PeerProcess> others = cluster.others(leader);
            List<PeerProcess> larger = others.subList(0, cluster.peers().size() / 2 + 1);
            cluster.split(larger, cluster.others(larger.toArray(new PeerProcess[0])));
            cluster.awaitDismissed(leader);
            cluster.awaitNextLeaderAmong(larger);
        }
    },
    /** One peer reaches both sides, which do not reach each other; the leader is on one of them. */
    BRIDGE {
        @Override
        void befall(Cluster cluster, PeerProcess leader) {
            List<PeerProcess> others = cluster.others(leader);
            PeerProcess bridge = others.get(0);
            List<PeerProcess> far = others.subList(others.size() - others.size() / 2, others.size());
            cluster.split(
                    far,
                    cluster.peers().stream()
                            .filter(peer -> !far.contains(peer) && !peer.equals(bridge))
                            .toList());
            cluster.passElectionTimeouts(3);
            // Loyal to the leader that it follows, the bridge does not vote for the far side (R6); but the cut
            // before this
            // one may have cost the leader its lease, with its connections not back yet, and then either side may lead.
            List<PeerProcess> withFar = new ArrayList<>(far);
            withFar.add(bridge);
            cluster.awaitLeaderAmongEither(List.of(leader, bridge), withFar);
        }
    },
    /** Messages of the leader reach no peer; messages of all others reach all peers. */
    LEADER_IS_NOT_HEARD {
        @Override
        void befall(Cluster cluster, PeerProcess leader) {
            cluster.others(leader).forEach(other -> cluster.cutOneWay(leader, other));
            cluster.awaitDismissed(leader);
            cluster.awaitNextLeaderAmong(cluster.others(leader));
        }
    },
    /** Heartbeats of the leader arrive, acknowledgements do not: its lease ends, and the others must not stay loyal (R7). */
    LEADER_HEARS_NOBODY {
        @Override
        void befall(Cluster cluster, PeerProcess leader) {
            cluster.others(leader).forEach(other -> cluster.cutOneWay(other, leader));
            cluster.awaitDismissed(leader);
            cluster.awaitNextLeaderAmong(cluster.others(leader));
        }
    },
    /** Links that come and go. */
    FLAPPING {
        @Override
        void befall(Cluster cluster, PeerProcess leader) {
            for (int i = 0; i < 6; i++) {
                cluster.cutOff(cluster.peer(i % cluster.peers().size()));
                cluster.pass(Duration.ofMillis(100 + 100L * (i % 4)));
                cluster.mend();
                cluster.pass(Duration.ofMillis(150));
            }
        }
    };

    abstract void befall(Cluster cluster, PeerProcess leader);

    /** All shapes in their order, in one cluster. */
    static void all(Cluster cluster) {
        for (Partition shape : values()) {
            shape.befall(cluster, cluster.awaitLeader());
            cluster.mend();
            cluster.awaitLeader();
        }
    }
}

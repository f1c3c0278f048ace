package dev.conclave.bench.jraft;

import com.alipay.sofa.jraft.Closure;
import com.alipay.sofa.jraft.Iterator;
import com.alipay.sofa.jraft.Node;
import com.alipay.sofa.jraft.RaftGroupService;
import com.alipay.sofa.jraft.Status;
import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.core.StateMachineAdapter;
import com.alipay.sofa.jraft.entity.LeaderChangeContext;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.option.NodeOptions;
import com.alipay.sofa.jraft.option.RaftOptions;
import com.alipay.sofa.jraft.storage.snapshot.SnapshotWriter;
import dev.conclave.bench.peer.Announcer;
import dev.conclave.bench.peer.Peer;
import dev.conclave.bench.peer.PeerProcess;
import dev.conclave.bench.peer.Place;
import java.nio.file.Files;
import java.util.concurrent.locks.LockSupport;

/**
 * SOFAJRaft as it ships: RocksDB for the log, pre-vote, Bolt for the network. Its term and vote are forced to disk
 * ({@code syncMeta}), which is off by default.
 */
public final class JRaftPeer implements Peer {

    private static final String GROUP = "bench";
    private static final long TRANSFER_NANOS = 2_000_000_000;

    private final RaftGroupService service;
    private final Node node;

    private JRaftPeer(RaftGroupService service, Node node) {
        this.service = service;
        this.node = node;
    }

    /** Runs a member. */
    public static void main(String[] arguments) {
        PeerProcess.run(arguments, JRaftPeer::start);
    }

    private static Peer start(Place place, Announcer announcer) throws Exception {
        Files.createDirectories(place.data());
        RaftOptions raft = new RaftOptions();
        raft.setSync(true);
        raft.setSyncMeta(true);
        raft.setElectionHeartbeatFactor(place.electionMillis() / place.heartbeatMillis());

        Configuration members = new Configuration();
        if (!members.parse(String.join(",", place.members()))) {
            throw new IllegalArgumentException("no members: " + place.members());
        }
        NodeOptions options = new NodeOptions();
        options.setElectionTimeoutMs(place.electionMillis());
        options.setRaftOptions(raft);
        options.setInitialConf(members);
        options.setFsm(new Announced(announcer));
        options.setLogUri(place.data().resolve("log").toString());
        options.setRaftMetaUri(place.data().resolve("meta").toString());
        options.setSnapshotUri(place.data().resolve("snapshot").toString());

        RaftGroupService service = new RaftGroupService(GROUP, PeerId.parsePeer(place.self()), options);
        return new JRaftPeer(service, service.start());
    }

    @Override
    public boolean leads() {
        return node.isLeader(false);
    }

    @Override
    public void transfer() {
        Status status = node.transferLeadershipTo(PeerId.ANY_PEER);
        if (!status.isOk()) {
            throw new IllegalStateException("the transfer was refused: " + status);
        }
    }

    @Override
    public void leave() throws Exception {
        if (leads()) {
            transfer();
            long until = System.nanoTime() + TRANSFER_NANOS;
            while (node.getLeaderId() == null
                    || node.getLeaderId().equals(node.getNodeId().getPeerId())) {
                if (System.nanoTime() > until) {
                    break;
                }
                LockSupport.parkNanos(5_000_000);
            }
        }
        service.shutdown();
        service.join();
    }

    private static final class Announced extends StateMachineAdapter {
        private final Announcer announcer;

        Announced(Announcer announcer) {
            this.announcer = announcer;
        }

        @Override
        public void onApply(Iterator entries) {
            while (entries.hasNext()) {
                entries.next();
            }
        }

        @Override
        public void onSnapshotSave(SnapshotWriter writer, Closure done) {
            done.run(Status.OK());
        }

        @Override
        public void onLeaderStart(long term) {
            announcer.leader();
        }

        @Override
        public void onLeaderStop(Status status) {
            announcer.leaderless();
        }

        @Override
        public void onStartFollowing(LeaderChangeContext leader) {
            announcer.following(leader.getLeaderId().toString());
        }

        @Override
        public void onStopFollowing(LeaderChangeContext leader) {
            announcer.leaderless();
        }
    }
}

package dev.conclave.bench.microraft;

import dev.conclave.bench.peer.Announcer;
import dev.conclave.bench.peer.Peer;
import dev.conclave.bench.peer.PeerProcess;
import dev.conclave.bench.peer.Place;
import io.microraft.RaftConfig;
import io.microraft.RaftEndpoint;
import io.microraft.RaftNode;
import io.microraft.RaftRole;
import io.microraft.model.impl.DefaultRaftModelFactory;
import io.microraft.persistence.RestoredRaftState;
import io.microraft.report.RaftNodeReport;
import io.microraft.statemachine.StateMachine;
import io.microraft.store.sqlite.RaftSqliteStore;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * MicroRaft with its SQLite store. Its heartbeat and the timeout for it are whole seconds: one, and two, since at one and
 * one a leader would give up between two of its own beats.
 */
public final class MicroRaftPeer implements Peer {

    private static final String GROUP = "bench";

    private final RaftNode node;
    private final List<RaftEndpoint> others;

    private MicroRaftPeer(RaftNode node, List<RaftEndpoint> others) {
        this.node = node;
        this.others = others;
    }

    /** Runs a member. */
    public static void main(String[] arguments) {
        PeerProcess.run(arguments, MicroRaftPeer::start);
    }

    private static Peer start(Place place, Announcer announcer) throws Exception {
        // jOOQ greets on standard output and in the log.
        System.setProperty("org.jooq.no-logo", "true");
        System.setProperty("org.jooq.no-tips", "true");
        Files.createDirectories(place.data());
        List<RaftEndpoint> members = place.members().stream()
                .map(address -> (RaftEndpoint) new Member(address))
                .toList();
        RaftEndpoint self = members.get(place.index());
        Codec codec = new Codec(new DefaultRaftModelFactory());
        RaftSqliteStore store = RaftSqliteStore.create(
                place.data().resolve("raft.sqlite").toFile(), new DefaultRaftModelFactory(), codec);
        RaftConfig config = RaftConfig.newBuilder()
                .setLeaderElectionTimeoutMillis(place.electionMillis())
                .setLeaderHeartbeatPeriodSecs(1)
                .setLeaderHeartbeatTimeoutSecs(2)
                .build();
        TcpTransport transport = new TcpTransport(place.self(), codec);

        RaftNode.RaftNodeBuilder builder = RaftNode.newBuilder()
                .setGroupId(GROUP)
                .setConfig(config)
                .setTransport(transport)
                .setStore(store)
                .setStateMachine(new Nothing())
                .setRaftNodeReportListener(report -> tell(report, self, announcer));
        Optional<RestoredRaftState> restored = store.getRestoredRaftState(true);
        if (restored.isPresent()) {
            builder.setRestoredState(restored.get());
        } else {
            builder.setLocalEndpoint(self).setInitialGroupMembers(members);
        }
        RaftNode node = builder.build();
        transport.listen(node::handle);
        node.start().get(30, TimeUnit.SECONDS);
        return new MicroRaftPeer(
                node, members.stream().filter(member -> !member.equals(self)).toList());
    }

    private static void tell(RaftNodeReport report, RaftEndpoint self, Announcer announcer) {
        RaftEndpoint leader = report.getTerm().getLeaderEndpoint();
        if (report.getRole() == RaftRole.LEADER) {
            announcer.leader();
        } else if (leader == null || leader.equals(self)) {
            announcer.leaderless();
        } else {
            announcer.following(String.valueOf(leader.getId()));
        }
    }

    @Override
    public boolean leads() {
        return node.getReport().join().getResult().getRole() == RaftRole.LEADER;
    }

    @Override
    public void transfer() throws Exception {
        node.transferLeadership(others.get(0)).get(10, TimeUnit.SECONDS);
    }

    @Override
    public void leave() throws Exception {
        if (leads()) {
            transfer();
        }
        node.terminate().get(10, TimeUnit.SECONDS);
    }

    private static final class Nothing implements StateMachine {
        @Override
        public Object runOperation(long commitIndex, Object operation) {
            return operation;
        }

        @Override
        public void takeSnapshot(long commitIndex, Consumer<Object> chunks) {
            chunks.accept(Codec.OPERATION);
        }

        @Override
        public void installSnapshot(long commitIndex, List<Object> chunks) {}

        @Override
        public Object getNewTermOperation() {
            return Codec.OPERATION;
        }
    }
}

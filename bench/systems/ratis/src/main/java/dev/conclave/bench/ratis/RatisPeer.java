package dev.conclave.bench.ratis;

import dev.conclave.bench.peer.Announcer;
import dev.conclave.bench.peer.Peer;
import dev.conclave.bench.peer.PeerProcess;
import dev.conclave.bench.peer.Place;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.util.TimeDuration;

/**
 * Apache Ratis over gRPC as it ships: pre-vote, term and vote always forced to disk. It waits between the election timeout
 * and twice that (its own defaults have the same ratio), and beats at half of the election timeout: there is no setting
 * for the heartbeat.
 */
public final class RatisPeer implements Peer {

    private static final RaftGroupId GROUP =
            RaftGroupId.valueOf(UUID.nameUUIDFromBytes("bench".getBytes(StandardCharsets.US_ASCII)));
    private static final long TRANSFER_MILLIS = 3_000;

    private final RaftServer server;
    private final RaftGroup group;
    private final RaftPeerId self;
    private final RaftClient client;

    private RatisPeer(RaftServer server, RaftGroup group, RaftPeerId self, RaftClient client) {
        this.server = server;
        this.group = group;
        this.self = self;
        this.client = client;
    }

    /** Runs a member. */
    public static void main(String[] arguments) {
        PeerProcess.run(arguments, RatisPeer::start);
    }

    private static Peer start(Place place, Announcer announcer) throws Exception {
        List<RaftPeer> peers = new ArrayList<>();
        for (int i = 0; i < place.members().size(); i++) {
            peers.add(RaftPeer.newBuilder()
                    .setId("n" + i)
                    .setAddress(place.members().get(i))
                    .build());
        }
        RaftGroup group = RaftGroup.valueOf(GROUP, peers);
        RaftPeerId self = peers.get(place.index()).getId();

        RaftProperties properties = new RaftProperties();
        GrpcConfigKeys.Server.setPort(properties, Place.port(place.self()));
        RaftServerConfigKeys.setStorageDir(properties, List.of(place.data().toFile()));
        RaftServerConfigKeys.Rpc.setTimeoutMin(properties, millis(place.electionMillis()));
        RaftServerConfigKeys.Rpc.setTimeoutMax(properties, millis(2L * place.electionMillis()));

        RaftServer server = RaftServer.newBuilder()
                .setServerId(self)
                .setGroup(group)
                .setProperties(properties)
                .setOption(RaftStorage.StartupOption.RECOVER)
                .setStateMachine(new Announced(self, announcer))
                .build();
        server.start();
        RaftClient client = RaftClient.newBuilder()
                .setProperties(properties)
                .setRaftGroup(group)
                .build();
        return new RatisPeer(server, group, self, client);
    }

    private static TimeDuration millis(long millis) {
        return TimeDuration.valueOf(millis, java.util.concurrent.TimeUnit.MILLISECONDS);
    }

    @Override
    public boolean leads() {
        try {
            return server.getDivision(GROUP).getInfo().isLeader();
        } catch (IOException closed) {
            return false;
        }
    }

    /** To the next in the group's list; all have the same priority, so any will be accepted. */
    @Override
    public void transfer() throws IOException {
        List<RaftPeer> peers = List.copyOf(group.getPeers());
        RaftPeerId next = peers.get(0).getId().equals(self)
                ? peers.get(1).getId()
                : peers.get(0).getId();
        RaftClientReply reply = client.admin().transferLeadership(next, self, TRANSFER_MILLIS);
        if (!reply.isSuccess()) {
            throw new IOException("the transfer failed: " + reply);
        }
    }

    @Override
    public void leave() throws IOException {
        if (leads()) {
            transfer();
        }
        client.close();
        server.close();
    }

    private static final class Announced extends BaseStateMachine {
        private final RaftPeerId self;
        private final Announcer announcer;

        Announced(RaftPeerId self, Announcer announcer) {
            this.self = self;
            this.announcer = announcer;
        }

        @Override
        public void notifyLeaderChanged(RaftGroupMemberId member, RaftPeerId leader) {
            if (leader.equals(self)) {
                announcer.leader();
            } else {
                announcer.following(leader.toString());
            }
        }
    }
}

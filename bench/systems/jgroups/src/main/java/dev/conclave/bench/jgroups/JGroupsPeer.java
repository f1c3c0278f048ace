package dev.conclave.bench.jgroups;

import dev.conclave.bench.peer.Announcer;
import dev.conclave.bench.peer.Peer;
import dev.conclave.bench.peer.PeerProcess;
import dev.conclave.bench.peer.Place;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jgroups.Address;
import org.jgroups.JChannel;
import org.jgroups.protocols.raft.RAFT;
import org.jgroups.protocols.raft.Role;
import org.jgroups.raft.RaftHandle;
import org.jgroups.raft.StateMachine;

/** jgroups-raft with the stack in {@code bench-jgroups.xml}. */
public final class JGroupsPeer implements Peer {

    private static final long LOOK_NANOS = 50_000_000;

    private final JChannel channel;
    private final RAFT raft;

    private JGroupsPeer(JChannel channel, RAFT raft) {
        this.channel = channel;
        this.raft = raft;
    }

    /** Runs a member. */
    public static void main(String[] arguments) {
        PeerProcess.run(arguments, JGroupsPeer::start);
    }

    private static Peer start(Place place, Announcer announcer) throws Exception {
        Files.createDirectories(place.data());
        String id = "m" + place.index();
        System.setProperty("bench.id", id);
        System.setProperty(
                "bench.members",
                IntStream.range(0, place.members().size())
                        .mapToObj(i -> "m" + i)
                        .collect(Collectors.joining(",")));
        System.setProperty("bench.host", Place.host(place.self()));
        System.setProperty("bench.port", String.valueOf(Place.port(place.self())));
        System.setProperty(
                "bench.hosts",
                place.members().stream()
                        .map(member -> Place.host(member) + "[" + Place.port(member) + "]")
                        .collect(Collectors.joining(",")));
        System.setProperty("bench.data", place.data().toString());
        System.setProperty("bench.heartbeat", String.valueOf(place.heartbeatMillis()));
        System.setProperty("bench.election", String.valueOf(place.electionMillis()));

        JChannel channel;
        try (InputStream stack = Objects.requireNonNull(JGroupsPeer.class.getResourceAsStream("/bench-jgroups.xml"))) {
            channel = new JChannel(stack).name(id);
        }
        RaftHandle handle = new RaftHandle(channel, new Nothing());
        RAFT raft = handle.raft();
        handle.addRoleListener(role -> {
            if (role == Role.Leader) {
                announcer.leader();
            }
        });
        channel.connect("bench");
        Thread follower = new Thread(() -> tellWhomItFollows(raft, channel, announcer), "bench-following");
        follower.setDaemon(true);
        follower.start();
        return new JGroupsPeer(channel, raft);
    }

    /** A listener is told of this member's own role only, and a member begins as a follower of nobody. */
    private static void tellWhomItFollows(RAFT raft, JChannel channel, Announcer announcer) {
        while (true) {
            LockSupport.parkNanos(LOOK_NANOS);
            Address leader = raft.leader();
            if (leader == null) {
                announcer.leaderless();
            } else if (!leader.equals(channel.getAddress())) {
                announcer.following(String.valueOf(leader));
            }
        }
    }

    @Override
    public boolean leads() {
        return raft.isLeader();
    }

    @Override
    public void transfer() {
        throw new UnsupportedOperationException("jgroups-raft has no call that moves the leadership to another member");
    }

    @Override
    public void leave() {
        channel.close();
    }

    private static final class Nothing implements StateMachine {
        @Override
        public byte[] apply(byte[] data, int offset, int length, boolean serialized) {
            return new byte[0];
        }

        @Override
        public void readContentFrom(java.io.DataInput in) {}

        @Override
        public void writeContentTo(java.io.DataOutput out) {}
    }
}

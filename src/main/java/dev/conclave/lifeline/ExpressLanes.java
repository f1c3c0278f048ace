package dev.conclave.lifeline;

import dev.conclave.core.PeerId;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The express lanes that this node has opened, one to each watched peer. */
final class ExpressLanes {

    private final EventLoop loop;
    private final Map<PeerId, OutgoingExpressLane> lanes = new HashMap<>();
    private final Set<PeerId> connected = ConcurrentHashMap.newKeySet();

    ExpressLanes(EventLoop loop) {
        this.loop = loop;
    }

    void open(PeerId peer, InetSocketAddress address) {
        Optional<OutgoingExpressLane> former = Optional.ofNullable(lanes.get(peer));
        if (former.filter(lane -> lane.leadsTo(address)).isEmpty()) {
            former.ifPresent(OutgoingExpressLane::close);
            lanes.put(peer, new OutgoingExpressLane(loop, address, up -> note(peer, up)));
        }
    }

    /** Closes the lane of a peer that is no longer watched. */
    void forget(PeerId peer) {
        Optional.ofNullable(lanes.remove(peer)).ifPresent(OutgoingExpressLane::close);
    }

    private void note(PeerId peer, boolean up) {
        if (up) {
            connected.add(peer);
        } else {
            connected.remove(peer);
        }
    }

    /** Whether an express lane to the peer is connected. May be called on any thread. */
    boolean isConnected(PeerId peer) {
        return connected.contains(peer);
    }

    void send(PeerId peer, byte[] frame) {
        Optional.ofNullable(lanes.get(peer)).ifPresent(lane -> lane.send(frame));
    }

    void onTime(long now) {
        lanes.values().forEach(lane -> lane.onTime(now));
    }

    long due() {
        long due = EventLoop.NEVER;
        for (OutgoingExpressLane lane : lanes.values()) {
            due = Math.min(due, lane.due());
        }
        return due;
    }

    void close() {
        lanes.values().forEach(OutgoingExpressLane::close);
    }
}

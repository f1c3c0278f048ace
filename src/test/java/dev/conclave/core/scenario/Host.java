package dev.conclave.core.scenario;

import dev.conclave.core.Ballot;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.node.JournalHead;
import dev.conclave.core.node.Node;
import dev.conclave.core.peer.Peer;
import dev.conclave.core.peer.UrgentMessageSelector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;

/** A machine: a process that may run, freeze or be gone, a disk, and users that take time to stop. */
final class Host {

    final String name;

    /** The process; empty while there is none. */
    Optional<Peer> peer = Optional.empty();

    /** The node that decides for all elections of the process; empty in stories about one election only. */
    Optional<Node> node = Optional.empty();

    /** Decides which messages of this life take the express lane. */
    UrgentMessageSelector urgent = new UrgentMessageSelector();

    int life;
    boolean stands;

    /** Inputs that wait for a frozen process. */
    final Queue<Runnable> queued = new ArrayDeque<>();

    boolean frozen;

    // ---- the disk

    Ballot durable = Ballot.NONE;
    Optional<JournalHead> head = Optional.empty();

    /** Written and not yet forced. */
    final List<Ballot> written = new ArrayList<>();

    long diskNanos = 2_000_000;
    long diskFreeAt;

    // ---- users and dice

    OptionalLong usersNanos = OptionalLong.of(0);
    OptionalLong jitterNanos = OptionalLong.empty();

    Host(String name) {
        this.name = name;
    }

    PeerId id() {
        return new PeerId(name, 1);
    }

    Incarnation incarnation(int which) {
        return new Incarnation(name.hashCode() * 1000L + which);
    }

    boolean isRunning() {
        return peer.isPresent();
    }

    boolean isAwake() {
        return isRunning() && !frozen;
    }

    /** When the process asks to be woken. */
    long wakeAt() {
        return Math.min(
                peer.map(Peer::wakeAt).orElse(Peer.NEVER),
                node.map(Node::wakeAt).orElse(Peer.NEVER));
    }

    /** A peer without a data directory keeps nothing for its next life. */
    void forgetsAll() {
        durable = Ballot.NONE;
        head = Optional.empty();
    }

    /** Ends the process. A power failure also loses the ballots that were written and not forced. */
    void end(boolean withThePower) {
        if (!withThePower && !written.isEmpty()) {
            durable = written.get(written.size() - 1);
        }
        written.clear();
        peer = Optional.empty();
        node = Optional.empty();
        frozen = false;
        queued.clear();
    }
}

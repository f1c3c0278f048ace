package dev.conclave.node.demo;

import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.judge.Event;
import dev.conclave.judge.EventLine;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Peers without processes, which at once elect the first in the order of their names. A test can make them misbehave.
 */
final class FakePeers implements PeerLauncher {

    private static final ElectionName ELECTION = new ElectionName("default");

    /** The faults of the fake peers. */
    enum Fault {
        NONE,
        /** A second peer says to lead the term, too. */
        TWO_LEADERS_IN_A_TERM,
        /** Another peer leads in the next term while the leader still does. */
        TWO_LEADERS_AT_ONCE,
        /** When a leader is killed, one takes over, ends in order, and then another. */
        TWO_ELECTIONS,
        /** When a leader is killed, the lines about a change of leader that came before the kill are read, and then one takes over. */
        LATE_NEWS,
        /** When a leader is killed, no peer takes over. */
        NO_ELECTION,
        /** A peer ends by itself as soon as it was started. */
        EARLY_END,
        /** A peer writes a line that is not an event. */
        GARBAGE
    }

    private final Fault fault;
    private final Map<PeerId, FakeChild> alive = new TreeMap<>();
    private Optional<PeerId> leader = Optional.empty();
    private long term;
    private long lastElection;
    private int size;
    private boolean kept;
    private boolean closed;

    FakePeers(Fault fault) {
        this.fault = fault;
    }

    boolean isClosed() {
        return closed;
    }

    boolean isKept() {
        return kept;
    }

    @Override
    public synchronized Child launch(PeerId peer, List<PeerId> voters, Consumer<String> lines) {
        size = voters.size();
        FakeChild child = new FakeChild(peer, lines);
        alive.put(peer, child);
        child.say(new Event.Started(System.nanoTime(), peer, ELECTION, term));
        if (fault == Fault.GARBAGE) {
            lines.accept("once upon a time");
            child.say(new Event.Leaderless(System.nanoTime(), peer, ELECTION, term));
        }
        if (fault == Fault.EARLY_END && alive.size() == size) {
            child.kill();
            return child;
        }
        if (leader.isPresent()) {
            child.say(new Event.Following(System.nanoTime(), peer, ELECTION, term, leader.get()));
        } else if (alive.size() == size) {
            elect(first());
        }
        return child;
    }

    private PeerId first() {
        return alive.keySet().iterator().next();
    }

    private void elect(PeerId winner) {
        term++;
        leader = Optional.of(winner);
        say(winner, new Event.Standing(System.nanoTime(), winner, ELECTION, term));
        say(winner, new Event.Elected(System.nanoTime(), winner, ELECTION, term, System.nanoTime() + 1_000_000_000));
        lastElection = System.nanoTime();
        for (PeerId peer : alive.keySet()) {
            if (!peer.equals(winner)) {
                say(peer, new Event.Following(System.nanoTime(), peer, ELECTION, term, winner));
            }
        }
    }

    private void dismiss() {
        PeerId last = leader.orElseThrow();
        say(last, new Event.Dismissed(System.nanoTime(), last, ELECTION, term, "hand-over", System.nanoTime()));
    }

    /** A leader hands over, and its successor ends in order, both a moment after the last election. */
    private synchronized void sayLate(FakeChild last) {
        long at = lastElection;
        last.say(new Event.Dismissed(at + 1, last.peer, ELECTION, term, "hand-over", at + 1));
        term++;
        PeerId next = alive.keySet().stream()
                .filter(peer -> !peer.equals(last.peer))
                .findFirst()
                .orElseThrow();
        say(next, new Event.Elected(at + 2, next, ELECTION, term, at + 3));
    }

    private void say(PeerId peer, Event event) {
        Optional.ofNullable(alive.get(peer)).ifPresent(child -> child.say(event));
    }

    private synchronized void died(PeerId peer) {
        if (alive.remove(peer) == null || !leader.equals(Optional.of(peer)) || alive.isEmpty()) {
            return;
        }
        leader = Optional.empty();
        switch (fault) {
            case NO_ELECTION -> {}
            case TWO_LEADERS_IN_A_TERM -> {
                elect(first());
                dismiss();
                term--;
                alive.keySet().stream().skip(1).findFirst().ifPresent(this::elect);
            }
            case TWO_LEADERS_AT_ONCE -> {
                elect(first());
                alive.keySet().stream().skip(1).findFirst().ifPresent(this::elect);
            }
            case LATE_NEWS -> {
                PeerId late = first();
                say(late, new Event.Dismissed(lastElection + 3, late, ELECTION, term, "hand-over", lastElection + 3));
                elect(late);
            }
            case TWO_ELECTIONS -> {
                elect(first());
                dismiss();
                alive.keySet().stream().skip(1).findFirst().ifPresent(this::elect);
            }
            default -> elect(first());
        }
    }

    @Override
    public String keepTraces() {
        kept = true;
        return "nowhere";
    }

    @Override
    public void close() {
        closed = true;
    }

    private final class FakeChild implements Child {
        private final PeerId peer;
        private final Consumer<String> lines;
        private final CompletableFuture<Void> ended = new CompletableFuture<>();

        FakeChild(PeerId peer, Consumer<String> lines) {
            this.peer = peer;
            this.lines = lines;
        }

        void say(Event event) {
            lines.accept(EventLine.write(event, Instant.EPOCH));
        }

        @Override
        public void kill() {
            if (fault == Fault.LATE_NEWS) {
                sayLate(this);
            }
            ended.complete(null);
            // The others notice a moment later, as they would of a process.
            new Thread(() -> died(peer)).start();
        }

        @Override
        public void terminate() {
            kill();
        }

        @Override
        public void freeze() {
            kill();
        }

        @Override
        public void thaw() {}

        @Override
        public void handOver() {
            kill();
        }

        @Override
        public void leave() {
            say(new Event.Stopped(System.nanoTime(), peer, ELECTION, term));
            ended.complete(null);
        }

        @Override
        public CompletionStage<?> ended() {
            return ended;
        }

        @Override
        public String lastWords() {
            return "famous last words";
        }
    }
}

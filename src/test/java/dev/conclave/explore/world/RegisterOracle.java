package dev.conclave.explore.world;

import dev.conclave.core.RegisterEntry;
import dev.conclave.core.RegisterValue;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.Leader;
import dev.conclave.core.peer.LeaderRegister;
import dev.conclave.core.peer.Peer;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Judges what the register promises. Each write has a value of its own, a number.
 *
 * <ul>
 *   <li>KEPT: a leader is announced with the last write that was acknowledged to anybody, or with a later one that was issued, and
 *       with no value that an announced leader has passed over. From then on its register holds just that until it writes.
 *   <li>U4: only the leader that was announced last writes, one value at a time; a write that is refused was not issued.
 *   <li>U5: an announced leader reads the newest value that a quorum has stored.
 *   <li>COPY: subscribers of other peers see only entries that a quorum has stored, and never an older one after a newer one.
 * </ul>
 */
public final class RegisterOracle {

    /** The peers as the oracle sees them in true time. */
    public interface View {
        String name(int peer);

        boolean isDown(int peer);

        Peer peer(int peer);

        /** The term of the peer's announced leadership that is not over; 0 for none. */
        long held(int peer);

        /** Whether the peer holds a lease by its own clock. */
        boolean holds(int peer);

        /** The highest term whose leadership was announced. */
        long lastLed();
    }

    private final int size;

    /** The values that the next leader may find, oldest first: the last one that was acknowledged or announced, and later ones. */
    private long[] allowed = {0};

    /** The number of the newest entry of each term that a quorum has stored. */
    private Map<Long, Long> done = Map.of();

    /** After a majority was lost for good, a leader may find any value, or none. */
    private boolean mayLose;

    private long nextWrite = 1;
    private long acknowledged;

    /** The newest version that subscribers of each peer have seen. */
    private final RegisterEntry[] shown;

    public RegisterOracle(int size) {
        this.size = size;
        shown = new RegisterEntry[size];
        Arrays.fill(shown, RegisterEntry.NONE);
    }

    public RegisterOracle(RegisterOracle other) {
        size = other.size;
        mayLose = other.mayLose;
        allowed = other.allowed;
        done = other.done;
        nextWrite = other.nextWrite;
        acknowledged = other.acknowledged;
        shown = other.shown.clone();
    }

    /** How many writes were acknowledged. */
    public long acknowledged() {
        return acknowledged;
    }

    /** The number of the newest write that was acknowledged, or found by a leader that was announced; 0 for none. */
    public long lastKnown() {
        return allowed[0];
    }

    /** The number of the next write, which is its value too. */
    public long nextWrite() {
        return nextWrite;
    }

    public static RegisterValue value(long number) {
        return new RegisterValue(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
    }

    /** The number of the write that left this value, 0 for none. */
    public static long number(RegisterEntry entry) {
        return entry.value()
                .map(value -> ByteBuffer.wrap(value.toBytes()).getLong())
                .orElse(0L);
    }

    public void died(int peer) {
        shown[peer] = RegisterEntry.NONE;
    }

    /** The operator has forced a group in the place of one whose majority is lost. */
    public void mayLose() {
        mayLose = true;
    }

    public void wrote() {
        nextWrite++;
    }

    /** Whether another peer holds a value of a write that the announced leader does not have. */
    boolean isPassedOver(View world, Peer leader) {
        long found = ((Leader) leader.role())
                .register()
                .truth()
                .map(RegisterOracle::number)
                .orElse(0L);
        for (int i = 0; i < size; i++) {
            if (!world.isDown(i) && number(world.peer(i).register().entry()) > found) {
                return true;
            }
        }
        return false;
    }

    public void onEffect(View world, int peer, Effect effect) {
        if (effect instanceof Effect.Elected elected) {
            announced(world, peer, elected.term());
        } else if (effect instanceof Effect.RegisterWritten written) {
            acknowledged(world, peer, written.id());
        } else if (effect instanceof Effect.RegisterRefused refused && isAllowed(refused.id()) && refused.id() != 0) {
            throw new Violation("U4", world.name(peer) + " refuses write " + refused.id() + ", which it has issued");
        } else if (effect instanceof Effect.RegisterChanged changed) {
            shows(world, peer, changed.entry());
        }
    }

    private void announced(View world, int peer, long term) {
        Optional<RegisterEntry> truth =
                ((Leader) world.peer(peer).role()).register().truth();
        long found = truth.map(RegisterOracle::number).orElse(0L);
        if (!isAllowed(found) && !mayLose) {
            throw new Violation(
                    "KEPT",
                    world.name(peer) + " leads " + term + " with value " + found + ", allowed are "
                            + Arrays.toString(allowed));
        }
        allowed = new long[] {found};
        mayLose = false;
    }

    private boolean isAllowed(long number) {
        for (long one : allowed) {
            if (one == number) {
                return true;
            }
        }
        return false;
    }

    private void acknowledged(View world, int peer, long write) {
        acknowledged++;
        int at = 0;
        while (at < allowed.length && allowed[at] != write) {
            at++;
        }
        if (at == allowed.length && mayLose) {
            return;
        }
        if (at == allowed.length) {
            throw new Violation(
                    "KEPT",
                    world.name(peer) + " acknowledges write " + write
                            + ", which a later leader has passed over; allowed are " + Arrays.toString(allowed));
        }
        allowed = Arrays.copyOfRange(allowed, at, allowed.length);
    }

    private void shows(View world, int peer, RegisterEntry entry) {
        Peer by = world.peer(peer);
        if (!entry.isAbove(shown[peer])) {
            throw new Violation(
                    "COPY", world.name(peer) + " shows " + entry.version() + " after " + shown[peer].version());
        }
        shown[peer] = entry;
        long term = entry.version().term();
        boolean isOwn = by.role() instanceof Leader && by.ballot().term() == term;
        if (!isOwn && entry.version().count() > done.getOrDefault(term, -1L)) {
            throw new Violation(
                    "COPY",
                    world.name(peer) + " shows " + entry.version() + ", which no quorum is known to have stored");
        }
    }

    public void afterStep(View world, int peer, Peer before, Peer after) {
        if (!(after.role() instanceof Leader leader)) {
            return;
        }
        LeaderRegister register = leader.register();
        Optional<RegisterEntry> issuedBefore = before.role() instanceof Leader was
                        && before.ballot().term() == after.ballot().term()
                ? was.register().issued()
                : Optional.empty();
        if (register.truth().isPresent()) {
            isDone(register.truth().get());
        }
        if (register.issued().isPresent() && !register.issued().equals(issuedBefore)) {
            issued(world, peer, register.issued().get());
        }
        if (leader.announced() && world.held(peer) == after.ballot().term() && world.holds(peer)) {
            long read = register.truth().map(RegisterOracle::number).orElse(0L);
            if (read != allowed[0]) {
                throw new Violation(
                        "U5", world.name(peer) + " reads value " + read + ", allowed are " + Arrays.toString(allowed));
            }
        }
    }

    private void isDone(RegisterEntry entry) {
        long term = entry.version().term();
        if (done.getOrDefault(term, -1L) < entry.version().count()) {
            Map<Long, Long> more = new TreeMap<>(done);
            more.put(term, entry.version().count());
            done = Collections.unmodifiableMap(more);
        }
    }

    private void issued(View world, int peer, RegisterEntry entry) {
        if (entry.version().count() == 0) {
            return;
        }
        long term = entry.version().term();
        if (world.held(peer) != term || term != world.lastLed()) {
            throw new Violation("U4", world.name(peer) + " writes in " + term + ", which does not lead");
        }
        allowed = Arrays.copyOf(allowed, allowed.length + 1);
        allowed[allowed.length - 1] = number(entry);
    }

    /** The state on which the future depends. */
    public long fingerprint() {
        long hash = nextWrite;
        for (long one : allowed) {
            hash = Fingerprint.mix(hash, one);
        }
        for (Map.Entry<Long, Long> one : done.entrySet()) {
            hash = Fingerprint.mix(Fingerprint.mix(hash, one.getKey()), one.getValue() + 2);
        }
        hash = Fingerprint.mix(hash, mayLose ? 1 : 0);
        for (RegisterEntry one : shown) {
            hash = Fingerprint.mix(
                    hash, one.version().term() * 64 + one.version().count());
        }
        return hash;
    }
}

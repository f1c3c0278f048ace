package dev.conclave.explore.world;

import dev.conclave.core.Ballot;
import dev.conclave.core.RegisterEntry;
import java.util.Arrays;

/**
 * The disk of each peer: its durable ballot and entry of the register, and what is written and waits to be forced, which a power
 * loss takes back.
 */
public final class Disks {

    /** The contents of a disk after a write. */
    private record Contents(Ballot ballot, RegisterEntry register) {
        static final Contents NONE = new Contents(Ballot.NONE, RegisterEntry.NONE);

        long fingerprint() {
            long hash = Fingerprint.ballot(ballot);
            return register.version().exists() ? Fingerprint.mix(hash, Fingerprint.entry(register)) : hash;
        }
    }

    private static final Contents[] NOTHING = new Contents[0];

    private final Contents[] durable;
    private final Contents[][] pending;

    public Disks(int peers) {
        durable = new Contents[peers];
        Arrays.fill(durable, Contents.NONE);
        pending = new Contents[peers][];
        Arrays.fill(pending, NOTHING);
    }

    public Disks(Disks other) {
        durable = other.durable.clone();
        pending = other.pending.clone();
    }

    public Ballot durable(int peer) {
        return durable[peer].ballot;
    }

    public RegisterEntry register(int peer) {
        return durable[peer].register;
    }

    public int pending(int peer) {
        return pending[peer].length;
    }

    public Ballot newest(int peer) {
        return last(peer).ballot;
    }

    private Contents last(int peer) {
        Contents[] waiting = pending[peer];
        return waiting.length == 0 ? durable[peer] : waiting[waiting.length - 1];
    }

    /** Whether a ballot waits to be forced. */
    public boolean hasPendingBallot(int peer) {
        return !newest(peer).equals(durable(peer));
    }

    public void write(int peer, Ballot ballot) {
        write(peer, new Contents(ballot, last(peer).register));
    }

    public void write(int peer, RegisterEntry entry) {
        write(peer, new Contents(last(peer).ballot, entry));
    }

    private void write(int peer, Contents contents) {
        Contents[] waiting = pending[peer];
        Contents[] longer = Arrays.copyOf(waiting, waiting.length + 1);
        longer[waiting.length] = contents;
        pending[peer] = longer;
    }

    /** Forces the oldest writes that wait; false if none does. */
    public boolean force(int peer, int count) {
        Contents[] waiting = pending[peer];
        int forced = Math.min(count, waiting.length);
        if (forced == 0) {
            return false;
        }
        durable[peer] = waiting[forced - 1];
        pending[peer] = forced == waiting.length ? NOTHING : Arrays.copyOfRange(waiting, forced, waiting.length);
        return true;
    }

    /** The process ends; so many of the oldest that wait survive. */
    public void end(int peer, int survive) {
        Contents[] waiting = pending[peer];
        if (survive > 0 && waiting.length > 0) {
            durable[peer] = waiting[Math.min(survive, waiting.length) - 1];
        }
        pending[peer] = NOTHING;
    }

    /** The directory is lost. */
    public void wipe(int peer) {
        durable[peer] = Contents.NONE;
        pending[peer] = NOTHING;
    }

    /** The journal holds nothing of the election any more, and a floor stands for it. */
    public void forget(int peer, Ballot floor) {
        durable[peer] = new Contents(floor, RegisterEntry.NONE);
    }

    public long fingerprint(int peer) {
        long hash = durable[peer].fingerprint();
        for (Contents waiting : pending[peer]) {
            hash = Fingerprint.mix(hash, waiting.fingerprint() + 1);
        }
        return hash;
    }
}

package dev.conclave.explore.world;

import dev.conclave.core.Ballot;
import java.util.Arrays;

/** The ballots of each peer: the durable one, and those that are written and wait to be forced, which a power loss takes back. */
public final class Disks {

    private static final Ballot[] NOTHING = new Ballot[0];

    private final Ballot[] durable;
    private final Ballot[][] pending;

    public Disks(int peers) {
        durable = new Ballot[peers];
        Arrays.fill(durable, Ballot.NONE);
        pending = new Ballot[peers][];
        Arrays.fill(pending, NOTHING);
    }

    public Disks(Disks other) {
        durable = other.durable.clone();
        pending = other.pending.clone();
    }

    public Ballot durable(int peer) {
        return durable[peer];
    }

    public int pending(int peer) {
        return pending[peer].length;
    }

    public Ballot newest(int peer) {
        Ballot[] waiting = pending[peer];
        return waiting.length == 0 ? durable[peer] : waiting[waiting.length - 1];
    }

    public void write(int peer, Ballot ballot) {
        Ballot[] waiting = pending[peer];
        Ballot[] longer = Arrays.copyOf(waiting, waiting.length + 1);
        longer[waiting.length] = ballot;
        pending[peer] = longer;
    }

    /** Forces the oldest ballots that wait; false if none does. */
    public boolean force(int peer, int count) {
        Ballot[] waiting = pending[peer];
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
        Ballot[] waiting = pending[peer];
        if (survive > 0 && waiting.length > 0) {
            durable[peer] = waiting[Math.min(survive, waiting.length) - 1];
        }
        pending[peer] = NOTHING;
    }

    /** The directory is lost. */
    public void wipe(int peer) {
        durable[peer] = Ballot.NONE;
        pending[peer] = NOTHING;
    }

    /** The journal holds nothing of the election any more, and a floor stands for it. */
    public void forget(int peer, Ballot floor) {
        durable[peer] = floor;
    }

    public long fingerprint(int peer) {
        long hash = Fingerprint.ballot(durable[peer]);
        for (Ballot waiting : pending[peer]) {
            hash = Fingerprint.mix(hash, Fingerprint.ballot(waiting) + 1);
        }
        return hash;
    }
}

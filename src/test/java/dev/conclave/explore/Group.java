package dev.conclave.explore;

import dev.conclave.core.Incarnation;
import dev.conclave.core.Peer;
import dev.conclave.core.PeerId;
import dev.conclave.core.Settings;
import java.util.ArrayList;
import java.util.List;

/**
 * Who takes part in a run. Peers are numbered: first the voters, then peers that stand without a vote, then those that only
 * watch.
 */
final class Group {

    private final int voters;
    private final int standers;
    private final int watchers;
    private final long standing;
    private final Settings settings;
    private final Peer.Self[] selves;

    /**
     * Makes a group.
     *
     * @param voters how many voters
     * @param standers how many peers stand without a vote
     * @param watchers how many only watch
     * @param standing the voters that stand, as bits
     * @param heartbeatNanos H
     * @param electionNanos E
     * @param drift rho
     * @param marginNanos the users' margin
     */
    Group(
            int voters,
            int standers,
            int watchers,
            long standing,
            long heartbeatNanos,
            long electionNanos,
            double drift,
            long marginNanos) {
        this.voters = voters;
        this.standers = standers;
        this.watchers = watchers;
        this.standing = standing;
        List<PeerId> names = new ArrayList<>();
        for (int i = 0; i < voters; i++) {
            names.add(new PeerId("p", i + 1));
        }
        settings = new Settings(names, heartbeatNanos, electionNanos, drift);
        selves = new Peer.Self[size()];
        for (int i = 0; i < size(); i++) {
            PeerId id = i < voters ? names.get(i) : new PeerId("p", i + 1);
            selves[i] = new Peer.Self(id, settings, marginNanos, i < voters + standers);
        }
    }

    int size() {
        return voters + standers + watchers;
    }

    int voters() {
        return voters;
    }

    Settings settings() {
        return settings;
    }

    Peer.Self self(int peer) {
        return selves[peer];
    }

    PeerId id(int peer) {
        return selves[peer].id();
    }

    boolean isVoter(int peer) {
        return peer < voters;
    }

    boolean stands(int peer) {
        return peer < voters ? ((standing >> peer) & 1) == 1 : peer < voters + standers;
    }

    /** The number of a peer: names are made so that it can be read off. */
    static int indexOf(PeerId id) {
        return id.port() - 1;
    }

    private static final Incarnation[][] LIVES = new Incarnation[64][64];

    /** The incarnation of a life; made once, since messages carry it all the time. */
    static Incarnation incarnation(int peer, int life) {
        if (life >= 64) {
            return new Incarnation(peer * 1_000_000L + life);
        }
        Incarnation made = LIVES[peer][life];
        if (made == null) {
            made = new Incarnation(peer * 1_000_000L + life);
            LIVES[peer][life] = made;
        }
        return made;
    }

    /** Which life an incarnation is. */
    static int lifeOf(Incarnation incarnation) {
        return (int) (incarnation.value() % 1_000_000L);
    }

    @Override
    public String toString() {
        return voters + " voters" + (standers > 0 ? " + " + standers + " standing" : "")
                + (watchers > 0 ? " + " + watchers + " watching" : "") + ", standing "
                + Long.toBinaryString(standing) + ", E " + settings.electionNanos() / 1000 + "us, H "
                + settings.heartbeatNanos() / 1000 + "us, rho " + settings.maxClockDrift() + ", margin "
                + selves[0].stopMarginNanos() / 1000 + "us";
    }
}

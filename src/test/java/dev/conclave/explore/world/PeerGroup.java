package dev.conclave.explore.world;

import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.Settings;
import dev.conclave.core.peer.Peer;
import java.util.ArrayList;
import java.util.List;

/**
 * The peers of a run. They are numbered: first the voters, then non-voters that stand, then observers.
 */
public final class PeerGroup {

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
     * @param standers how many non-voters stand
     * @param watchers how many peers only observe
     * @param standing the voters that stand, as bits
     * @param heartbeatNanos H
     * @param electionNanos E
     * @param drift rho
     * @param marginNanos the users' margin
     */
    public PeerGroup(
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
        this.settings = names(voters, heartbeatNanos, electionNanos, drift);
        selves = new Peer.Self[size()];
        for (int i = 0; i < size(); i++) {
            selves[i] = new Peer.Self(new PeerId("p", i + 1), incarnation(i, 1), settings, marginNanos);
        }
    }

    private static Settings names(int voters, long heartbeatNanos, long electionNanos, double drift) {
        List<PeerId> names = new ArrayList<>();
        for (int i = 0; i < voters; i++) {
            names.add(new PeerId("p", i + 1));
        }
        return new Settings(names, heartbeatNanos, electionNanos, drift);
    }

    public int size() {
        return voters + standers + watchers;
    }

    public int voters() {
        return voters;
    }

    public Settings settings() {
        return settings;
    }

    /** The values that are the same in all lives of the peer. */
    public Peer.Self self(int peer) {
        return selves[peer];
    }

    public Peer.Self self(int peer, int life) {
        Peer.Self any = selves[peer];
        return new Peer.Self(any.id(), incarnation(peer, life), any.settings(), any.stopMarginNanos());
    }

    public PeerId id(int peer) {
        return selves[peer].id();
    }

    public boolean isVoter(int peer) {
        return peer < voters;
    }

    public boolean stands(int peer) {
        return peer < voters ? ((standing >> peer) & 1) == 1 : peer < voters + standers;
    }

    /** The number of a peer: names are made so that it can be read off. */
    public static int indexOf(PeerId id) {
        return id.port() - 1;
    }

    private static final Incarnation[][] LIVES = new Incarnation[64][64];

    /** The incarnation of a life; made once, since messages carry it all the time. */
    public static Incarnation incarnation(int peer, int life) {
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

    /** The number of the life of an incarnation. */
    public static int lifeOf(Incarnation incarnation) {
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

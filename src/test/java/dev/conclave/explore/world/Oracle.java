package dev.conclave.explore.world;

import dev.conclave.core.Ballot;
import dev.conclave.core.RegisterVersion;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.Follower;
import dev.conclave.core.peer.Leader;
import dev.conclave.core.peer.Message;
import dev.conclave.core.peer.Peer;
import java.util.Arrays;

/**
 * Judges every step from outside: compares the actions of peers with their disks and clocks, in true time. Of all that a peer
 * reports of itself it trusts only the length of a lease, and takes the longer of the announced and the held one.
 *
 * <ul>
 *   <li>S1: no peer becomes Leader in a term that another peer, or another life, has led. LIFE: no peer leads a term that it
 *       did not open in this life (R3).
 *   <li>S2: no ballot is written that is not above the one before it.
 *   <li>S3: no leadership is announced while another peer holds a lease; STRONG: no peer even becomes Leader while another
 *       holds a lease of a lower term.
 *   <li>S4: terms of announced leaderships grow in true time.
 *   <li>S5: users are told to stop a margin before the end unless the process slept, and until they have stopped, or the lease
 *       has ended by their own clock, no leadership is announced, not even on the same peer.
 *   <li>R12: a peer that slept handles queued messages before it asks for votes.
 *   <li>R3: no message that gains leaves before its ballots are durable; a loss is announced before a ballot is written. R8:
 *       no leadership outlives its lease.
 * </ul>
 */
public final class Oracle {

    private final PeerGroup group;

    /** Whether clocks are judged; otherwise S3 to S5 are not. */
    private final boolean timed;

    /** The term of the announced leadership that is not over; 0 for none. */
    private final long[] heldTerm;

    /** When it ends, by the holder's clock. */
    private final long[] heldUntil;

    private final boolean[] dismissed;

    /** Lives whose listener has ended; they do not lead, although one may announce it (R10). */
    private final boolean[] deaf;

    private final long[] opened;
    private long lastTold;

    /** The highest term of a former process that lives on unreachable, and the end of its lease by the peer's clock. */
    private final long[] outlivedTerm;

    private final long[] outlivedUntil;

    /** The leader of each term: peer + 64 * life, -1 for none. */
    private int[] ledBy;

    // The step that is being judged.
    private boolean persistedInStep;
    private boolean wasLate;
    private boolean slept;
    private boolean ticked;

    public Oracle(PeerGroup group, boolean timed) {
        this.group = group;
        this.timed = timed;
        int n = group.size();
        heldTerm = new long[n];
        heldUntil = new long[n];
        dismissed = new boolean[n];
        deaf = new boolean[n];
        opened = new long[n];
        outlivedTerm = new long[n];
        outlivedUntil = new long[n];
        Arrays.fill(outlivedUntil, Long.MIN_VALUE);
        ledBy = new int[8];
        Arrays.fill(ledBy, -1);
    }

    public Oracle(Oracle other) {
        group = other.group;
        timed = other.timed;
        heldTerm = other.heldTerm.clone();
        heldUntil = other.heldUntil.clone();
        dismissed = other.dismissed.clone();
        deaf = other.deaf.clone();
        opened = other.opened.clone();
        outlivedTerm = other.outlivedTerm.clone();
        outlivedUntil = other.outlivedUntil.clone();
        lastTold = other.lastTold;
        ledBy = other.ledBy;
    }

    /** The process has ended, and its users with it. */
    public void died(int peer) {
        heldTerm[peer] = 0;
        dismissed[peer] = false;
        deaf[peer] = false;
        opened[peer] = 0;
    }

    /** Another process uses the address from now on; the former one leads until its lease ends. */
    public void supplanted(World world, int peer) {
        if (holds(world, peer)) {
            outlivedTerm[peer] = leaseTerm(world, peer);
            long until = heldTerm[peer] != 0 ? heldUntil[peer] : Long.MIN_VALUE;
            if (world.peer(peer).role() instanceof Leader leader) {
                until = Math.max(until, leader.leaseUntil());
            }
            outlivedUntil[peer] = Math.max(outlivedUntil[peer], until);
        }
    }

    /** No peer may lead a higher term than an unreachable process that still leads. */
    private void nobodyIsLeft(World world, String property, int peer, long term) {
        for (int other = 0; other < heldTerm.length && timed; other++) {
            if (world.now(other) < outlivedUntil[other] && outlivedTerm[other] < term) {
                throw new Violation(
                        property,
                        group.id(peer) + " leads " + term + " while a former process of " + group.id(other) + " leads "
                                + outlivedTerm[other]);
            }
        }
    }

    /** The node's listener has ended: its leaderships are void at this instant. */
    public void listenerEnded(int peer) {
        heldTerm[peer] = 0;
        dismissed[peer] = false;
        deaf[peer] = true;
    }

    public boolean isDeaf(int peer) {
        return deaf[peer];
    }

    /** The term of the peer's announced leadership that is not over. */
    public long held(int peer) {
        return heldTerm[peer];
    }

    public boolean isDismissed(int peer) {
        return dismissed[peer];
    }

    /** The highest term whose leadership was announced; 0 if none was. */
    public long lastLed() {
        return lastTold;
    }

    /** Whether the peer of the present step slept, and has not yet handled its queue (R12). */
    public boolean slept() {
        return slept;
    }

    /** Whether a former process of the peer's name lives on and leads. */
    public boolean isOutlived(World world, int peer) {
        return world.now(peer) < outlivedUntil[peer];
    }

    public void beforeStep(Peer peer, long now, boolean isTick) {
        ticked = isTick;
        persistedInStep = false;
        slept = peer.role() instanceof Follower follower
                && !follower.drained()
                && now > follower.standAt()
                && now - follower.standAt() > peer.self().settings().heartbeatNanos();
        wasLate = now > peer.wakeAt();
    }

    public void onEffect(World world, int peer, Effect effect, long now) {
        if (effect instanceof Effect.Send send) {
            if (send.message().gains()) {
                gains(world, peer, send);
            }
            if (slept && ticked && send.message() instanceof Message.RequestPreVote) {
                throw new Violation(
                        "R12", group.id(peer) + " slept and asks for votes before it has heard what queued");
            }
        } else if (effect instanceof Effect.Persist persist) {
            persistedInStep = true;
            Ballot newest = world.newestBallot(peer);
            if (!persist.ballot().isAbove(newest)) {
                throw new Violation("S2", group.id(peer) + " writes " + persist.ballot() + " over " + newest);
            }
        } else if (effect instanceof Effect.Elected elected) {
            told(world, peer, elected, now);
        } else if (effect instanceof Effect.Renewed renewed) {
            renewed(world, peer, renewed, now);
        } else if (effect instanceof Effect.Dismissed told) {
            dismissed(peer, told, now);
        } else if (effect instanceof Effect.Ended ended) {
            if (persistedInStep) {
                throw new Violation("R3", group.id(peer) + " tells the end of " + ended.term() + " after a ballot");
            }
            if (heldTerm[peer] == ended.term()) {
                heldTerm[peer] = 0;
                dismissed[peer] = false;
            } else if (!deaf[peer]) {
                throw new Violation(
                        "S1", group.id(peer) + " tells the end of " + ended.term() + ", which is over already");
            }
        } else if (effect instanceof Effect.Standing standing) {
            opened[peer] = standing.term();
        }
    }

    private void gains(World world, int peer, Effect.Send send) {
        Message message = send.message();
        Ballot durable = world.durable(peer);
        boolean rests = durable.term() > message.term()
                || (durable.term() == message.term() && fits(world, peer, durable, send));
        if (!rests) {
            throw new Violation(
                    "R3", group.id(peer) + " sends " + message + " to " + send.to() + " but its disk holds " + durable);
        }
    }

    private boolean fits(World world, int peer, Ballot durable, Effect.Send send) {
        if (send.message() instanceof Message.VoteGranted) {
            return durable.votedFor().filter(send.to()::equals).isPresent();
        }
        if (send.message() instanceof Message.RegisterStored stored) {
            return !new RegisterVersion(stored.term(), stored.count())
                    .isAbove(world.register(peer).version());
        }
        if (send.message() instanceof Message.Heartbeat) {
            return durable.votedFor().filter(group.id(peer)::equals).isPresent();
        }
        return true;
    }

    private void told(World world, int peer, Effect.Elected elected, long now) {
        if (deaf[peer]) {
            return;
        }
        long term = elected.term();
        if (world.hasPendingBallot(peer)) {
            throw new Violation("R3", group.id(peer) + " leads " + term + " before its ballot is durable");
        }
        if (!(world.peer(peer).role() instanceof Leader)
                || world.peer(peer).ballot().term() != term) {
            throw new Violation("S1", group.id(peer) + " is told to lead " + term + " but is no Leader of it");
        }
        for (int other = 0; other < heldTerm.length && timed; other++) {
            if (holds(world, other)) {
                String story = group.id(peer) + " is told to lead " + term + " while " + group.id(other) + " holds "
                        + (heldTerm[other] != 0 ? heldTerm[other] : "an untold lease");
                if (other != peer) {
                    throw new Violation(dismissed[other] ? "S5" : "S3", story);
                } else if (heldTerm[other] != 0) {
                    throw new Violation("S5", story);
                }
            }
        }
        nobodyIsLeft(world, "S3", peer, term);
        if (timed && term <= lastTold) {
            throw new Violation("S4", group.id(peer) + " is told to lead " + term + " after " + lastTold + " was led");
        }
        if (elected.leaseUntil() <= now) {
            throw new Violation("S3", group.id(peer) + " is told to lead " + term + " by a lease that has ended");
        }
        lastTold = term;
        heldTerm[peer] = term;
        heldUntil[peer] = elected.leaseUntil();
        dismissed[peer] = false;
    }

    private void renewed(World world, int peer, Effect.Renewed renewed, long now) {
        if (deaf[peer]) {
            return;
        }
        if (heldTerm[peer] != renewed.term() || dismissed[peer]) {
            throw new Violation(
                    "R8", group.id(peer) + " renews " + renewed.term() + ", which it was not told, or told to end");
        }
        if (now >= heldUntil[peer]) {
            throw new Violation("R8", group.id(peer) + " renews " + renewed.term() + " after its end");
        }
        for (int other = 0; other < heldTerm.length && timed; other++) {
            if (other != peer && holds(world, other)) {
                throw new Violation(
                        "S3",
                        group.id(peer) + " renews " + renewed.term() + " while " + group.id(other) + " holds a lease");
            }
        }
        nobodyIsLeft(world, "S3", peer, renewed.term());
        heldUntil[peer] = Math.max(heldUntil[peer], renewed.leaseUntil());
    }

    private void dismissed(int peer, Effect.Dismissed told, long now) {
        if (persistedInStep) {
            throw new Violation("R3", group.id(peer) + " tells that " + told.term() + " ends after a ballot");
        }
        if (deaf[peer]) {
            return;
        }
        if (dismissed[peer]) {
            throw new Violation("S1", group.id(peer) + " tells its users to stop a second time in " + told.term());
        }
        if (heldTerm[peer] != told.term()) {
            throw new Violation(
                    "S1",
                    group.id(peer) + " tells its users to stop in " + told.term()
                            + ", a leadership that is over or never was announced");
        }
        dismissed[peer] = true;
        boolean excused = wasLate || told.reason() == Effect.Reason.VOID;
        if (!excused && told.deadline() - now < group.self(peer).stopMarginNanos()) {
            throw new Violation(
                    "S5",
                    group.id(peer) + " tells its users " + (told.deadline() - now) + " ns before the end of "
                            + told.term());
        }
    }

    public void afterStep(World world, int peer, Peer before, Peer after, long now) {
        if (after.role() instanceof Leader leader) {
            long term = after.ballot().term();
            if (!(before.role() instanceof Leader) || before.ballot().term() != term) {
                won(world, peer, term);
            }
            if (heldTerm[peer] == term && leader.leaseUntil() > heldUntil[peer]) {
                heldUntil[peer] = leader.leaseUntil();
            }
        }
        if (heldTerm[peer] != 0 && now >= heldUntil[peer] - group.self(peer).stopMarginNanos()) {
            if (now >= heldUntil[peer]) {
                throw new Violation("R8", group.id(peer) + " leads " + heldTerm[peer] + " beyond its lease");
            }
            if (!dismissed[peer]) {
                throw new Violation("R8", group.id(peer) + " has not told the users of " + heldTerm[peer] + " in time");
            }
        }
    }

    private void won(World world, int peer, long term) {
        if (world.hasPendingBallot(peer)) {
            throw new Violation("R3", group.id(peer) + " counts votes in " + term + " before its ballot is durable");
        }
        if (opened[peer] != term) {
            throw new Violation("LIFE", group.id(peer) + " leads " + term + ", which it did not open in this life");
        }
        int me = peer + 64 * world.life(peer);
        if (term >= ledBy.length) {
            int had = ledBy.length;
            ledBy = Arrays.copyOf(ledBy, (int) Math.max(term + 1, 2L * had));
            Arrays.fill(ledBy, had, ledBy.length, -1);
        } else {
            ledBy = ledBy.clone();
        }
        int by = ledBy[(int) term];
        if (by >= 0 && by != me) {
            throw new Violation(
                    "S1",
                    group.id(peer) + " leads " + term + ", which life " + by / 64 + " of " + group.id(by % 64)
                            + " led");
        }
        ledBy[(int) term] = me;
        nobodyIsLeft(world, "STRONG", peer, term);
        for (int other = 0; other < heldTerm.length && timed && !deaf[peer]; other++) {
            if (other != peer && holds(world, other) && leaseTerm(world, other) < term) {
                throw new Violation(
                        "STRONG",
                        group.id(peer) + " is elected in " + term + " while " + group.id(other) + " holds a lease");
            }
        }
    }

    /** Whether a peer holds a lease by its own clock at this instant of true time, announced or not. */
    public boolean holds(World world, int peer) {
        if (deaf[peer] || world.isDown(peer)) {
            return false;
        }
        long now = world.now(peer);
        if (heldTerm[peer] != 0 && now < heldUntil[peer]) {
            return true;
        }
        return world.peer(peer).role() instanceof Leader leader && leader.leaseUntil() > now;
    }

    private long leaseTerm(World world, int peer) {
        return heldTerm[peer] != 0 ? heldTerm[peer] : world.peer(peer).ballot().term();
    }

    /** The state on which the future depends, for {@link Fingerprint}. */
    public long fingerprint(World world) {
        long hash = lastTold;
        for (int i = 0; i < heldTerm.length; i++) {
            hash = Fingerprint.mix(hash, heldTerm[i]);
            hash = Fingerprint.mix(
                    hash, heldTerm[i] == 0 || world.isDown(i) ? 0 : Math.max(0, heldUntil[i] - world.now(i)));
            if (world.now(i) < outlivedUntil[i]) {
                hash = Fingerprint.mix(Fingerprint.mix(hash, outlivedTerm[i]), outlivedUntil[i] - world.now(i));
            }
            hash = Fingerprint.mix(hash, (dismissed[i] ? 1 : 0) + (deaf[i] ? 2 : 0) + 4 * opened[i]);
        }
        for (int led : ledBy) {
            hash = Fingerprint.mix(hash, led);
        }
        return hash;
    }
}

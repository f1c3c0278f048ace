package dev.conclave.metrics;

import dev.conclave.core.PeerId;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.Message;
import dev.conclave.internal.peer.KnownLeader;
import dev.conclave.internal.peer.LeadershipLease;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * The meters that show who leads one election, as this node knows it: the leader, the times without a leader, and the outcome
 * of candidacies. Updated by one thread at a time, read by any.
 */
final class LeadershipMeters {

    private static final double NANOS_PER_SECOND = 1e9;

    private final Supplier<KnownLeader> view;
    private final Counter lost;
    private final Timer failOver;
    private final ShortestRemainingLease lowest = new ShortestRemainingLease();
    private final AcknowledgementMeters acknowledgements;

    private OptionalLong standsIn = OptionalLong.empty();
    private boolean hasHadALeader;
    private volatile Spell spell;

    /**
     * The total time without a known leader.
     *
     * @param endedNanos the sum of past intervals
     * @param sinceNanos when the current interval began, on {@link System#nanoTime()}; empty if a leader is known
     */
    private record Spell(long endedNanos, OptionalLong sinceNanos) {
        Spell begin(long now) {
            return sinceNanos.isPresent() ? this : new Spell(endedNanos, OptionalLong.of(now));
        }

        Spell end(long now) {
            return new Spell(lengthNanos(now), OptionalLong.empty());
        }

        /**
         * Returns the length of the current interval, which is never negative: the event that ends an interval may have
         * happened just before the interval began.
         */
        long lengthNanos(long now) {
            return endedNanos + (sinceNanos.isPresent() ? Math.max(0, now - sinceNanos.getAsLong()) : 0);
        }
    }

    /**
     * Creates the meters of an election.
     *
     * @param view returns the current view: another one after the election was left and joined again
     */
    LeadershipMeters(RemovableMeters own, Supplier<KnownLeader> view, AcknowledgementMeters acknowledgements) {
        this.view = view;
        this.acknowledgements = acknowledgements;
        boolean led = view.get().sight().leader().isPresent();
        this.hasHadALeader = led;
        this.spell = new Spell(0, led ? OptionalLong.empty() : OptionalLong.of(System.nanoTime()));
        this.lost = own.counter("conclave.elections.lost", "Terms that this node opened but did not win");
        this.failOver = own.timer("conclave.failover", "Time without a known leader, from one leader to the next");
        own.gauge(
                "conclave.term",
                "The term of the leader, or the highest known term while there is no known leader",
                () -> view.get().sight().term());
        own.gauge("conclave.leader.known", "1 while this node knows who leads", () -> isLed() ? 1 : 0);
        own.gauge("conclave.leading", "1 while this node leads", () -> leaseNanos() > 0 ? 1 : 0);
        own.secondsGauge(
                "conclave.lease.remaining",
                "Remaining lease of this node if it is not renewed; 0 if this node does not lead",
                () -> leaseNanos() / NANOS_PER_SECOND);
        own.secondsGauge(
                "conclave.lease.remaining.lowest",
                "Lowest remaining lease of this node since the last reading; NaN if it held no lease",
                () -> lowest.takeSeconds(leaseNanos()));
        own.gauge(
                "conclave.voters.acknowledging",
                "On a leader, the voters that acknowledge its heartbeats, itself included; 0 on other nodes",
                this::acknowledging);
        own.secondsCounter(
                "conclave.leaderless",
                "Total time without a known leader",
                () -> spell.lengthNanos(System.nanoTime()) / NANOS_PER_SECOND);
    }

    private boolean isLed() {
        KnownLeader.Sight sight = view.get().sight();
        return sight.leader().isPresent()
                && sight.lease().map(LeadershipLease::holds).orElse(true);
    }

    private long leaseNanos() {
        return view.get()
                .sight()
                .lease()
                .filter(LeadershipLease::holds)
                .map(lease -> Math.max(0, lease.untilNanos() - System.nanoTime()))
                .orElse(0L);
    }

    private int acknowledging() {
        return leaseNanos() > 0 ? acknowledgements.ofTerm(view.get().sight().term(), System.nanoTime()) : 0;
    }

    /** Notes that a peer starts. Time before that, in which this node did not take part, is not counted. */
    void begun(long now) {
        if (view.get().sight().leader().isEmpty()) {
            spell = spell.begin(now);
        }
    }

    /** Notes that this node no longer takes part in the election. */
    void forgotten(long now) {
        giveUp();
        hasHadALeader = false;
        spell = spell.end(now);
    }

    void heard(PeerId from, Message message) {
        if (message instanceof Message.HeartbeatAck ack) {
            acknowledgements.count(from, ack);
        }
    }

    void decided(Effect effect, long now) {
        lowest.decided(effect, now);
        if (effect instanceof Effect.Standing standing) {
            giveUp();
            standsIn = OptionalLong.of(standing.term());
        } else if (effect instanceof Effect.Elected) {
            standsIn = OptionalLong.empty();
            led(now);
        } else if (effect instanceof Effect.Following) {
            giveUp();
            led(now);
        } else if (effect instanceof Effect.Leaderless || effect instanceof Effect.Dismissed) {
            spell = spell.begin(now);
        }
    }

    private void giveUp() {
        if (standsIn.isPresent()) {
            lost.increment();
            standsIn = OptionalLong.empty();
        }
    }

    private void led(long now) {
        Spell last = spell;
        if (hasHadALeader && last.sinceNanos().isPresent()) {
            failOver.record(Duration.ofNanos(now - last.sinceNanos().getAsLong()));
        }
        hasHadALeader = true;
        spell = last.end(now);
    }
}

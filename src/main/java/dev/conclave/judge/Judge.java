package dev.conclave.judge;

import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.Terms;
import dev.conclave.judge.Violation.Promise;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongFunction;

/**
 * Finds violations of S1 to S4 in the events of a trial.
 *
 * <p>It reports only violations that the events prove. If they leave open when a leadership ended, the judge assumes the earliest
 * possible end: false reports would teach people to ignore the true ones.
 */
public final class Judge {

    private final ElectionName election;
    private final LongFunction<String> clock;
    private final List<PeerLife> lives;
    private final List<LeadershipInterval> leaderships;
    private final List<Violation> violations = new ArrayList<>();

    private Judge(ElectionName election, List<PeerLife> lives, LongFunction<String> clock) {
        this.election = election;
        this.clock = clock;
        this.lives = lives;
        this.leaderships = lives.stream()
                .flatMap(life -> life.leaderships().stream())
                .sorted(Comparator.comparingLong(LeadershipInterval::from).thenComparingLong(LeadershipInterval::term))
                .toList();
    }

    /**
     * Judges a trial. The stories of violations name instants by the time since the first event.
     *
     * @param events the events of all peers, by one clock. The events of one peer are in their order; events of different peers
     *     may be in any order
     */
    public static Report judge(Collection<? extends Event> events) {
        long first = events.stream().mapToLong(Event::mono).min().orElse(0);
        return judge(events, mono -> String.format(Locale.ROOT, "%.3f s after the first event", (mono - first) / 1e9));
    }

    /**
     * The same, with another way to write instants.
     *
     * @param clock writes an instant of the events' clock
     */
    public static Report judge(Collection<? extends Event> events, LongFunction<String> clock) {
        Map<ElectionName, Map<PeerId, List<Event>>> sorted = new TreeMap<>();
        for (Event event : events) {
            if (event instanceof Event.InElection told) {
                sorted.computeIfAbsent(told.election(), name -> new TreeMap<>());
            }
        }
        for (Event event : events) {
            if (event instanceof Event.InElection told) {
                sorted.getOrDefault(told.election(), Map.of())
                        .computeIfAbsent(told.peer(), peer -> new ArrayList<>())
                        .add(told);
            } else {
                // A kill ends a peer in all its elections.
                sorted.values()
                        .forEach(peers -> peers.computeIfAbsent(event.peer(), peer -> new ArrayList<>())
                                .add(event));
            }
        }
        List<Violation> violations = new ArrayList<>();
        Map<ElectionName, Report.Figures> figures = new HashMap<>();
        sorted.forEach((election, peers) -> {
            List<PeerLife> lives = new ArrayList<>();
            peers.forEach((peer, told) -> lives.addAll(PeerLife.of(peer, told)));
            Judge judge = new Judge(election, lives, clock);
            judge.oneLeaderPerTerm();
            judge.whatEndsHasBegun();
            judge.termsOfAPeerNeverGoBack();
            judge.noTwoLead();
            judge.termsGrow();
            violations.addAll(judge.violations);
            figures.put(election, judge.figures());
        });
        return new Report(violations, figures);
    }

    /**
     * S1: checks that no term has two leaders. The events of followers count as well: they name the sender of a heartbeat of
     * the term, which has won the term even if it never held a lease. Dismissals count too.
     */
    private void oneLeaderPerTerm() {
        Map<Long, TreeSet<PeerId>> leaders = new TreeMap<>();
        for (PeerLife life : lives) {
            for (Event.InElection event : life.events()) {
                Optional<PeerId> named = event instanceof Event.Dismissed ? Optional.of(event.peer()) : event.leader();
                named.ifPresent(leader -> leaders.computeIfAbsent(event.term(), term -> new TreeSet<>())
                        .add(leader));
            }
        }
        leaders.forEach((term, peers) -> {
            if (peers.size() > 1) {
                accuse(Promise.S1, "term " + Terms.show(term) + " has more than one leader: " + peers);
            }
        });
        Map<Long, LeadershipInterval> ledIn = new HashMap<>();
        for (LeadershipInterval next : leaderships) {
            Optional<LeadershipInterval> earlier = Optional.ofNullable(ledIn.putIfAbsent(next.term(), next));
            earlier.filter(one -> one.peer().equals(next.peer()))
                    .ifPresent(one -> accuse(
                            Promise.S1,
                            next.peer() + " was elected twice in term " + Terms.show(next.term())
                                    + (one.life() == next.life() ? "" : ", in two of its lives")));
        }
    }

    /**
     * S1: checks that a leadership ends once, and in the life in which it began. A dismissal without a preceding election would
     * be the end of a leadership whose beginning is unknown, so it could not be compared with others.
     */
    private void whatEndsHasBegun() {
        for (PeerLife life : lives) {
            Map<Long, Integer> begun = new HashMap<>();
            for (Event.InElection event : life.events()) {
                if (event instanceof Event.Elected) {
                    begun.merge(event.term(), 1, Integer::sum);
                } else if (event instanceof Event.Dismissed) {
                    int left = begun.getOrDefault(event.term(), -1);
                    if (left < 1) {
                        accuse(
                                Promise.S1,
                                life.peer() + " was dismissed in term " + Terms.show(event.term())
                                        + (left < 0 ? ", in which it was not elected before" : " a second time"));
                    } else {
                        begun.put(event.term(), left - 1);
                    }
                }
            }
        }
    }

    /**
     * S2: checks that no peer goes back to a lower term, as far as events show it. Within a life no term goes back. From one
     * life to the next a peer must remember only terms that were certainly on disk: those in which it was elected (R3). It may
     * stand in a term, or learn of one, and die before the term is durable; it has made no promise by then. A peer
     * without a data directory, or with an empty one, remembers nothing, which its events state.
     *
     * <p>A dismissal refers to the past: a leader that met a higher term may report that term first.
     */
    private void termsOfAPeerNeverGoBack() {
        Map<PeerId, Long> durable = new HashMap<>();
        for (PeerLife life : lives) {
            long highest = durable.getOrDefault(life.peer(), 0L);
            for (Event.InElection event : life.events()) {
                if (event instanceof Event.Dismissed) {
                    continue;
                }
                if (event instanceof Event.Started started && !started.remembers()) {
                    highest = 0;
                    durable.remove(life.peer());
                }
                if (event.term() < highest) {
                    accuse(
                            Promise.S2,
                            life.peer() + " says \"" + event.word() + "\" in term " + Terms.show(event.term())
                                    + " after it had reached term " + Terms.show(highest));
                }
                highest = Math.max(highest, event.term());
                if (event instanceof Event.Elected) {
                    durable.merge(life.peer(), event.term(), Math::max);
                }
            }
        }
    }

    /** S3: checks that no two leaderships overlap: compares each leadership with the earlier one that lasted longest. */
    private void noTwoLead() {
        Optional<LeadershipInterval> longest = Optional.empty();
        for (LeadershipInterval next : leaderships) {
            if (longest.isPresent() && longest.get().overlaps(next)) {
                LeadershipInterval other = longest.get();
                long nanos = Math.min(other.until(), next.until()) - next.from();
                accuse(
                        Promise.S3,
                        other + " and " + next + " lead at the same time, "
                                + (Math.min(other.until(), next.until()) == LeadershipInterval.OPEN
                                        ? "to the end of the log"
                                        : "for " + millis(nanos) + " ms")
                                + ", from " + clock.apply(next.from()));
            }
            if (longest.isEmpty() || next.until() > longest.get().until()) {
                longest = Optional.of(next);
            }
        }
    }

    /** S4: checks that terms grow in the order of leaderships. The check of S1 covers a term that occurs twice. */
    private void termsGrow() {
        Optional<LeadershipInterval> highest = Optional.empty();
        for (LeadershipInterval next : leaderships) {
            if (highest.isPresent() && next.term() < highest.get().term()) {
                accuse(Promise.S4, next + " starts to lead after " + highest.get());
            } else {
                highest = Optional.of(next);
            }
        }
    }

    private void accuse(Promise promise, String story) {
        violations.add(new Violation(promise, election, story));
    }

    private Report.Figures figures() {
        int against = 0;
        int again = 0;
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        for (PeerLife life : lives) {
            for (Event.InElection event : life.events()) {
                first = Math.min(first, event.mono());
                last = Math.max(last, event.mono());
                if (event instanceof Event.Standing) {
                    Optional<LeadershipInterval> lasting = leaderships.stream()
                            .filter(one -> one.covers(event.mono()))
                            .findFirst();
                    if (lasting.isPresent() && lasting.get().peer().equals(life.peer())) {
                        again++;
                    } else if (lasting.isPresent()) {
                        against++;
                    }
                }
            }
        }
        long untilFirst = leaderships.isEmpty()
                ? Report.Figures.NEVER
                : leaderships.get(0).from() - first;
        return new Report.Figures(leaderships, untilFirst, longestLeaderless(last), against, again);
    }

    private long longestLeaderless(long last) {
        if (leaderships.isEmpty()) {
            return 0;
        }
        long longest = 0;
        long ledUntil = leaderships.get(0).until();
        for (LeadershipInterval next : leaderships) {
            longest = Math.max(longest, next.from() - ledUntil);
            ledUntil = Math.max(ledUntil, next.until());
        }
        return ledUntil == LeadershipInterval.OPEN ? longest : Math.max(longest, last - ledUntil);
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.3f", nanos / 1e6);
    }
}

package dev.conclave.explore.search;

import dev.conclave.explore.world.Violation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Goes through all states of a model that can be reached, breadth first, so that the first counterexample is a shortest one.
 *
 * <p>Only the states of the level at hand are kept as objects. Of all others it keeps 64 bits and the way back: the state one
 * choice before, and that choice. Two states with one hash would be taken for one; with n states the odds of that are about
 * n^2 / 2^65, for 10^7 states 3 in a million.
 *
 * @param <S> a state
 * @param <C> a choice
 */
public final class Search<S, C> {

    /** A state of the level at hand. */
    private record Found<S>(S state, int number) {}

    private static final int SLICE = 256;

    private final Model<S, C> model;
    private final int threads;
    private final long most;
    private final VisitedStates seen;
    private final AtomicLong transitions = new AtomicLong();
    private final AtomicReference<@Nullable Broken<C>> broken = new AtomicReference<>();
    private int depth;
    private boolean cutOff;
    private double seconds;

    /**
     * A property that broke.
     *
     * @param from the state before
     * @param choice the choice that broke it
     */
    private record Broken<C>(int from, C choice, Violation violation) {}

    /**
     * Makes a search.
     *
     * @param most how many states to look at before giving up
     */
    public Search(Model<S, C> model, int threads, int most) {
        this.model = model;
        this.threads = threads;
        this.most = most;
        seen = new VisitedStates(most);
    }

    /** Searches; true if every state within the bounds was looked at and no property broke. */
    public boolean run() {
        long began = System.nanoTime();
        S first = model.initial();
        seen.add(model.fingerprint(first), -1, 0);
        List<Found<S>> level = List.of(new Found<>(first, 0));
        while (!level.isEmpty() && broken.get() == null && !cutOff) {
            level = nextLevel(level);
            depth++;
            cutOff = seen.size() >= most;
        }
        seconds = (System.nanoTime() - began) / 1e9;
        return broken.get() == null && !cutOff;
    }

    private List<Found<S>> nextLevel(List<Found<S>> level) {
        AtomicInteger next = new AtomicInteger();
        List<List<Found<S>>> parts = new ArrayList<>();
        List<Thread> workers = new ArrayList<>();
        List<Throwable> thrown = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < threads; i++) {
            List<Found<S>> part = new ArrayList<>();
            parts.add(part);
            Runnable work = () -> {
                long made = 0;
                int from;
                while ((from = next.getAndAdd(SLICE)) < level.size() && broken.get() == null && seen.size() < most) {
                    for (int at = from; at < Math.min(from + SLICE, level.size()); at++) {
                        made += expand(level.get(at), part);
                    }
                }
                transitions.addAndGet(made);
            };
            if (threads == 1 || level.size() < SLICE) {
                work.run();
                break;
            }
            Thread worker = new Thread(work, "search-" + i);
            worker.setUncaughtExceptionHandler((dead, why) -> thrown.add(why));
            workers.add(worker);
            worker.start();
        }
        for (Thread worker : workers) {
            try {
                worker.join();
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
        }
        if (!thrown.isEmpty()) {
            throw new IllegalStateException(thrown.get(0));
        }
        List<Found<S>> found = new ArrayList<>();
        parts.forEach(found::addAll);
        return found;
    }

    private int expand(Found<S> from, List<Found<S>> into) {
        List<C> choices = model.choices(from.state);
        for (int i = 0; i < choices.size(); i++) {
            S next;
            try {
                next = model.next(from.state, choices.get(i));
            } catch (Violation violation) {
                broken.compareAndSet(null, new Broken<>(from.number, choices.get(i), violation));
                return i;
            }
            if (next != null) {
                int number = seen.add(model.fingerprint(next), from.number, i);
                if (number >= 0) {
                    into.add(new Found<>(next, number));
                }
            }
        }
        return choices.size();
    }

    public int states() {
        return seen.size();
    }

    public long transitions() {
        return transitions.get();
    }

    public int depth() {
        return depth;
    }

    public boolean isCutOff() {
        return cutOff;
    }

    /** The violation; null if no property broke. */
    @Nullable
    public Violation violation() {
        Broken<C> found = broken.get();
        return found == null ? null : found.violation;
    }

    /** The choices that lead to the violation. */
    public List<C> counterexample() {
        Broken<C> found = broken.get();
        if (found == null) {
            return List.of();
        }
        List<Integer> back = new ArrayList<>();
        for (int at = found.from; seen.before(at) >= 0; at = seen.before(at)) {
            back.add(seen.choice(at));
        }
        Collections.reverse(back);
        List<C> run = new ArrayList<>();
        S state = model.initial();
        for (int index : back) {
            C choice = model.choices(state).get(index);
            run.add(choice);
            S next = model.next(state, choice);
            if (next == null) {
                throw new IllegalStateException("the model does not repeat itself");
            }
            state = next;
        }
        run.add(found.choice);
        return run;
    }

    @Override
    public String toString() {
        return String.format(
                "%,d states, %,d transitions, depth %d, %.1f s, %,.0f states/s%s",
                states(), transitions(), depth, seconds, states() / seconds, cutOff ? ", cut off" : ", complete");
    }
}

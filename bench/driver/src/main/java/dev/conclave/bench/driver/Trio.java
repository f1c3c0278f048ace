package dev.conclave.bench.driver;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** The three running members of one system. Used by one thread; what members say comes from others. */
final class Trio implements AutoCloseable {

    /** Starts a member of this trio. */
    interface Starter {
        List<String> command(int index);
    }

    private final Group group;
    private final Dialect dialect;
    private final boolean leads;
    private final Starter starter;
    private final Deadline deadline;
    private final Object lock = new Object();
    private final List<Member> members = new ArrayList<>();

    private final long startedNanos;

    Trio(Group group, BenchedSystem system, Starter starter, Deadline deadline) throws IOException {
        this.group = group;
        this.dialect = system.dialect();
        this.leads = system.leads() || system.dialect() == Dialect.CONCLAVE;
        this.starter = starter;
        this.deadline = deadline;
        this.startedNanos = System.nanoTime();
        for (int i = 0; i < group.size(); i++) {
            members.add(start(i));
        }
    }

    private Member start(int index) throws IOException {
        return Member.start(starter.command(index), group.log(index), dialect, lock);
    }

    /** Before the first process was started. */
    long startedNanos() {
        return startedNanos;
    }

    Member member(int index) {
        return members.get(index);
    }

    int size() {
        return members.size();
    }

    Path log(int index) {
        return group.log(index);
    }

    /** Starts a member that has ended. */
    void restart(int index) throws IOException {
        members.get(index).end();
        Member again = start(index);
        synchronized (lock) {
            members.set(index, again);
        }
    }

    /** Restarts whoever ended by itself, as one that was taken out of a cluster does. */
    void restartTheEnded() throws IOException {
        for (int i = 0; i < members.size(); i++) {
            if (!members.get(i).isAlive()) {
                restart(i);
            }
        }
    }

    /** Waits until one leads and all others follow; gives which. */
    int awaitSettled(Duration patience) throws Deadline.OutOfTime, Overdue {
        return await(patience, "one leader and two followers", this::settled);
    }

    private Optional<Integer> settled() {
        int leader = -1;
        for (int i = 0; i < members.size(); i++) {
            if (members.get(i).stands(Word.Meaning.LEADER) && leader < 0) {
                leader = i;
            } else if (!members.get(i).stands(Word.Meaning.FOLLOWING)) {
                return Optional.empty();
            }
        }
        return leader < 0 && leads ? Optional.empty() : Optional.of(leader);
    }

    /** Waits until a member other than the excepted one says since the instant that it leads. */
    Succeeded awaitLeader(long sinceNanos, OptionalInt except, Duration patience) throws Deadline.OutOfTime, Overdue {
        return await(patience, "a new leader", () -> {
            Optional<Succeeded> first = Optional.empty();
            for (int i = 0; i < members.size(); i++) {
                if (except.isPresent() && except.getAsInt() == i) {
                    continue;
                }
                int index = i;
                Optional<Succeeded> said = members.get(i)
                        .since(sinceNanos, Word.Meaning.LEADER)
                        .map(word -> new Succeeded(index, word.nanos()));
                if (said.isPresent()
                        && (first.isEmpty() || said.get().nanos() < first.get().nanos())) {
                    first = said;
                }
            }
            return first;
        });
    }

    /** Waits for what a member that was stopped tells about its first looks. */
    Word awaitWoke(int index, long sinceNanos, Duration patience) throws Deadline.OutOfTime, Overdue {
        Member member = members.get(index);
        return await(patience, "what the thawed leader believes", () -> {
            Optional<Word> woke = member.since(sinceNanos, Word.Meaning.WOKE);
            if (woke.isEmpty() && !member.isAlive()) {
                throw new IllegalStateException("the thawed leader ended");
            }
            return woke;
        });
    }

    /**
     * Waits until a member, or the one that is named, says since the instant how large the value in its register is.
     *
     * @throws Overdue also if it has another size
     */
    void awaitRegister(OptionalInt index, long sinceNanos, int bytes, Duration patience)
            throws Deadline.OutOfTime, Overdue {
        int found = await(patience, "the word of a leader about its register", () -> {
            for (int i = 0; i < members.size(); i++) {
                Optional<Word> said = index.isPresent() && index.getAsInt() != i
                        ? Optional.empty()
                        : members.get(i).since(sinceNanos, Word.Meaning.REGISTER);
                if (said.isPresent()) {
                    return Optional.of(said.get().bytes());
                }
            }
            return Optional.empty();
        });
        if (found != bytes) {
            throw new Overdue("the register of the leader has " + found + " bytes and not " + bytes);
        }
    }

    private <T> T await(Duration patience, String what, Supplier<Optional<T>> found)
            throws Deadline.OutOfTime, Overdue {
        long until = System.nanoTime() + patience.toNanos();
        synchronized (lock) {
            while (true) {
                Optional<T> result = found.get();
                if (result.isPresent()) {
                    return result.get();
                }
                long left = until - System.nanoTime();
                if (deadline.isOver()) {
                    throw new Deadline.OutOfTime();
                }
                if (left <= 0) {
                    throw new Overdue("waited " + patience.toSeconds() + " s for " + what);
                }
                try {
                    lock.wait(Math.max(1, Math.min(left / 1_000_000, 500)));
                } catch (InterruptedException e) {
                    throw new Deadline.OutOfTime();
                }
            }
        }
    }

    /** Lets time pass. */
    void rest(Duration time) throws Deadline.OutOfTime {
        deadline.rest(time);
    }

    @Override
    public void close() {
        members.forEach(Member::kill);
        members.forEach(Member::end);
    }

    /**
     * A member that leads now.
     *
     * @param index which
     * @param nanos since when, by its own word
     */
    record Succeeded(int index, long nanos) {}

    /** Something took so long that it is not waited for any more. */
    static final class Overdue extends Exception {
        private static final long serialVersionUID = 1;

        Overdue(String message) {
            super(message);
        }
    }
}

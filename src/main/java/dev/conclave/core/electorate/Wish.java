package dev.conclave.core.electorate;

import dev.conclave.core.PeerId;
import dev.conclave.core.Settings;
import dev.conclave.core.electorate.SingleChange.AddVoter;
import dev.conclave.core.electorate.SingleChange.RemoveVoter;
import dev.conclave.core.electorate.SingleChange.SetTimes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.function.Predicate;

/** A change of the electorate that somebody wants. It is carried out in single changes, each of which waits for the one before. */
public sealed interface Wish {

    /** One voter more. */
    record Add(PeerId voter) implements Wish {}

    /** One voter less. */
    record Remove(PeerId voter) implements Wish {}

    /** Another voter in the place of one. */
    record Replace(PeerId out, PeerId in) implements Wish {}

    /** These voters and no others. */
    record Voters(List<PeerId> voters) implements Wish {
        public Voters {
            voters = List.copyOf(new TreeSet<>(voters));
        }
    }

    /** A voter's directory is lost, and it has started with a new one: it is removed and added again (E9). */
    record Readmit(PeerId voter) implements Wish {}

    /** Other times; those that are empty stay as they are. */
    record Times(OptionalLong heartbeatNanos, OptionalLong electionNanos, OptionalDouble maxClockDrift)
            implements Wish {}

    /**
     * Returns the single changes that lead from a configuration to what is wanted.
     *
     * @param isHeard whether a voter answers; one that does not is removed before another is added
     * @throws IllegalArgumentException if the wish makes no sense there, with a sentence that says why
     */
    default List<SingleChange> changes(Configuration current, Predicate<PeerId> isHeard) {
        if (this instanceof Add add) {
            requireOutsider(current, add.voter);
            return List.of(new AddVoter(add.voter));
        } else if (this instanceof Remove remove) {
            requireVoter(current, remove.voter);
            return List.of(new RemoveVoter(remove.voter));
        } else if (this instanceof Readmit readmit) {
            requireVoter(current, readmit.voter);
            return List.of(new RemoveVoter(readmit.voter), new AddVoter(readmit.voter));
        } else if (this instanceof Replace replace) {
            requireVoter(current, replace.out);
            requireOutsider(current, replace.in);
            return replacing(List.of(replace.out), List.of(replace.in), isHeard);
        } else if (this instanceof Voters wanted) {
            if (wanted.voters.isEmpty()) {
                throw new IllegalArgumentException("the list of voters is empty; name at least one");
            }
            List<PeerId> out = new ArrayList<>(current.named().keySet());
            out.removeAll(wanted.voters);
            List<PeerId> in = new ArrayList<>(wanted.voters);
            in.removeAll(current.named().keySet());
            return replacing(out, in, isHeard);
        }
        return times(current, (Times) this).<List<SingleChange>>map(List::of).orElse(List.of());
    }

    private static List<SingleChange> replacing(List<PeerId> out, List<PeerId> in, Predicate<PeerId> isHeard) {
        List<SingleChange> changes = new ArrayList<>();
        List<PeerId> silentFirst = new ArrayList<>(out);
        silentFirst.sort((one, other) -> Boolean.compare(isHeard.test(one), isHeard.test(other)));
        for (int i = 0; i < Math.max(out.size(), in.size()); i++) {
            Optional<SingleChange> removal =
                    i < out.size() ? Optional.of(new RemoveVoter(silentFirst.get(i))) : Optional.empty();
            boolean isSilent = i < out.size() && !isHeard.test(silentFirst.get(i));
            if (isSilent) {
                removal.ifPresent(changes::add);
            }
            if (i < in.size()) {
                changes.add(new AddVoter(in.get(i)));
            }
            if (!isSilent) {
                removal.ifPresent(changes::add);
            }
        }
        return changes;
    }

    private static Optional<SingleChange> times(Configuration current, Times wanted) {
        Settings now = current.settings();
        Settings then = new Settings(
                now.voters(),
                wanted.heartbeatNanos.orElse(now.heartbeatNanos()),
                wanted.electionNanos.orElse(now.electionNanos()),
                wanted.maxClockDrift.orElse(now.maxClockDrift()));
        return then.equals(now) ? Optional.empty() : Optional.of(new SetTimes(then));
    }

    private static void requireVoter(Configuration current, PeerId peer) {
        if (!current.named().containsKey(peer)) {
            throw new IllegalArgumentException(
                    peer + " is not a voter; the voters are " + current.named().keySet());
        }
    }

    private static void requireOutsider(Configuration current, PeerId peer) {
        if (current.named().containsKey(peer)) {
            throw new IllegalArgumentException(peer + " is a voter already; if its directory was lost, readmit it");
        }
    }
}

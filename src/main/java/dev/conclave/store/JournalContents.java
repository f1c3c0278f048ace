package dev.conclave.store;

import dev.conclave.core.Ballot;
import dev.conclave.core.ElectionName;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.RegisterValue;
import dev.conclave.core.RegisterVersion;
import dev.conclave.core.Terms;
import dev.conclave.core.node.JournalHead;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The contents of a store: the head, the ballots, the entries of registers, and the floor under forgotten ones; checks which ballot may follow which. Not
 * thread-safe.
 */
final class JournalContents {

    /** The ballots of all elections, in the order of their last writes, the oldest first. */
    private final Map<ElectionName, Ballot> ballots = new LinkedHashMap<>();

    /**
     * The starting ballots of peers that have not saved a ballot since, noted when others are forgotten: such a peer continues
     * from its starting ballot and not from the raised floor. (Otherwise its next ballot would be refused as not above the floor,
     * as if its life were over.)
     */
    private final Map<ElectionName, Ballot> begun = new HashMap<>();

    /** The entries of the registers of all elections that have one. */
    private final Map<ElectionName, RegisterEntry> registers = new TreeMap<>();

    private JournalHead head;
    private long floor;
    private long highest;
    private long registerBytes;

    JournalContents(JournalHead head) {
        this.head = head;
    }

    /** A copy of the durable state, for the next life. */
    JournalContents copy() {
        JournalContents copy = new JournalContents(head);
        copy.ballots.putAll(ballots);
        copy.registers.putAll(registers);
        copy.registerBytes = registerBytes;
        copy.floor = floor;
        copy.highest = highest;
        return copy;
    }

    JournalHead head() {
        return head;
    }

    void head(JournalHead changed) {
        head = changed;
    }

    /** A term at or above all forgotten ballots; 0 if none was forgotten. */
    long floor() {
        return floor;
    }

    void floor(long raised) {
        floor = Math.max(floor, raised);
        highest = Math.max(highest, floor);
    }

    /** The highest term of all present and former ballots. */
    long highestTerm() {
        return highest;
    }

    Map<ElectionName, Ballot> ballots() {
        return Collections.unmodifiableMap(new TreeMap<>(ballots));
    }

    /** All ballots in the order of their last writes, the oldest first. */
    Map<ElectionName, Ballot> byAge() {
        return Collections.unmodifiableMap(ballots);
    }

    void put(ElectionName election, Ballot ballot) {
        ballots.remove(election);
        ballots.put(election, ballot);
        begun.remove(election);
        highest = Math.max(highest, ballot.term());
    }

    Map<ElectionName, RegisterEntry> registers() {
        return Map.copyOf(registers);
    }

    /** The entry of an election's register; {@link RegisterEntry#NONE} if it has none. */
    RegisterEntry register(ElectionName election) {
        return registers.getOrDefault(election, RegisterEntry.NONE);
    }

    void put(ElectionName election, RegisterEntry entry) {
        registerBytes += size(entry) - size(register(election));
        registers.put(election, entry);
    }

    /** The versions of the entries behind a name. */
    static SortedMap<ElectionName, RegisterVersion> after(
            SortedMap<ElectionName, RegisterEntry> all, Optional<ElectionName> after, int most) {
        SortedMap<ElectionName, RegisterVersion> next = new TreeMap<>();
        SortedMap<ElectionName, RegisterEntry> from = after.isEmpty() ? all : all.tailMap(after.get());
        for (Map.Entry<ElectionName, RegisterEntry> entry : from.entrySet()) {
            if (next.size() == most) {
                break;
            }
            if (after.filter(entry.getKey()::equals).isEmpty()) {
                next.put(entry.getKey(), entry.getValue().version());
            }
        }
        return next;
    }

    /** The size of the values of all registers in bytes. */
    long registerBytes() {
        return registerBytes;
    }

    private static int size(RegisterEntry entry) {
        return entry.value().map(RegisterValue::size).orElse(0);
    }

    /** Why this entry must not be saved; empty if it may (U1). */
    Optional<String> refusal(ElectionName election, RegisterEntry entry) {
        RegisterVersion stored = register(election).version();
        if (!entry.version().isAbove(stored)) {
            return Optional.of("entry " + entry.version() + " of the register of election \"" + election
                    + "\" is not above the stored one, " + stored);
        }
        if (entry.version().term() > known(election).term()) {
            return Optional.of("entry " + entry.version() + " of the register of election \"" + election
                    + "\" is above the stored ballot (term "
                    + Terms.show(known(election).term()) + ")");
        }
        return Optional.empty();
    }

    /**
     * Forgets ballots under a floor ({@link Ballot#afterForgetting}), the least recently written first.
     *
     * @param needed elections whose ballots are kept: those that have a peer
     * @param most how many ballots of other elections are kept
     * @return the forgotten elections
     */
    Set<ElectionName> forget(Set<ElectionName> needed, int most) {
        begun.keySet().retainAll(needed);
        for (ElectionName election : needed) {
            if (!ballots.containsKey(election)) {
                begun.putIfAbsent(election, Ballot.afterForgetting(floor));
            }
        }
        long others = ballots.keySet().stream()
                .filter(election -> !isKept(election, needed))
                .count();
        Set<ElectionName> forgotten = new LinkedHashSet<>();
        Iterator<Map.Entry<ElectionName, Ballot>> oldest = ballots.entrySet().iterator();
        while (others - forgotten.size() > most) {
            Map.Entry<ElectionName, Ballot> entry = oldest.next();
            if (!isKept(entry.getKey(), needed)) {
                forgotten.add(entry.getKey());
                floor(entry.getValue().term());
                oldest.remove();
            }
        }
        return forgotten;
    }

    /** U8: what a register holds counts only beside the terms in which it was written. */
    private boolean isKept(ElectionName election, Set<ElectionName> needed) {
        return needed.contains(election) || registers.containsKey(election);
    }

    Ballot stored(ElectionName election) {
        return ballots.getOrDefault(election, Ballot.NONE);
    }

    private Ballot known(ElectionName election) {
        Ballot stored = ballots.get(election);
        return stored != null ? stored : begun.getOrDefault(election, Ballot.afterForgetting(floor));
    }

    /** The ballot with which a peer of the election continues: the stored one, or the floor of forgotten ballots if there is none. */
    Ballot ballot(ElectionName election) {
        return known(election);
    }

    /** Why this ballot must not be saved; empty if it may (R2, S2). */
    Optional<String> refusal(ElectionName election, Ballot ballot) {
        Ballot stored = known(election);
        if (ballot.isAbove(stored)) {
            return Optional.empty();
        }
        return Optional.of("the ballot of term " + Terms.show(ballot.term()) + " in election \"" + election
                + "\" is not above the stored one (term " + Terms.show(stored.term())
                + "), so its writer has ended or is at fault; restart the peer from the stored ballot");
    }
}

package dev.conclave.core.peer;

import dev.conclave.core.Ballot;
import dev.conclave.core.RegisterVersion;
import dev.conclave.core.Terms;

/**
 * The invariants that hold after every step, checked while the peer runs. Each check is cheap: it compares the peer before and
 * after the step, and the effects between them. The explorers in the tests check far more, from outside.
 */
final class Invariants {

    private final Peer before;
    private final long now;
    private final Peer after;
    private final Input input;

    private Invariants(Peer before, long now, Input input, Peer after) {
        this.before = before;
        this.now = now;
        this.input = input;
        this.after = after;
    }

    /**
     * Checks a step.
     *
     * @throws BrokenInvariant if an invariant does not hold
     */
    static void check(Peer before, long now, Input input, Peer.Step step) {
        Invariants invariants = new Invariants(before, now, input, step.peer());
        invariants.effects(step.effects());
        invariants.role();
    }

    /**
     * S2: a peer's ballot never decreases, and every new one is written. R3: no message that gains leaves before they are
     * durable. U1: the same for entries of the register, beside the ballot of that moment. R7: no effect announces a lease that is too long.
     */
    private void effects(Iterable<Effect> effects) {
        Ballot newest = before.ballot();
        RegisterVersion held = before.register().version();
        boolean mayGain = before.gate().isOpen() || input instanceof Input.Persisted;
        for (Effect effect : effects) {
            if (effect instanceof Effect.Persist persist) {
                require(persist.ballot().isAbove(newest), "its ballot would fall from " + newest + " to " + persist);
                require(
                        persist.ballot().votedFor().isEmpty()
                                || Terms.belongs(
                                        persist.ballot().term(), after.self().configuration()),
                        "it would vote in a term of another configuration: " + persist);
                newest = persist.ballot();
                mayGain = false;
            } else if (effect instanceof Effect.PersistRegister persist) {
                RegisterVersion version = persist.entry().version();
                require(version.isAbove(held), "its register would fall from " + held + " to " + persist);
                require(version.term() <= newest.term(), "it would store " + persist + " above its ballot");
                held = version;
            } else if (effect instanceof Effect.Send send) {
                require(mayGain || !send.message().gains(), "it would send " + send + " before its ballot is durable");
            } else if (effect instanceof Effect.Elected elected) {
                requireLease(elected.leaseUntil());
                require(
                        after.endingLeaderships().isEmpty(),
                        "it would lead while users of an earlier term have not stopped");
            } else if (effect instanceof Effect.Renewed renewed) {
                requireLease(renewed.leaseUntil());
            }
        }
        require(
                held.equals(after.register().version()),
                "its register became " + after.register().entry() + " and was not written");
        require(
                !before.register().confirmed().isAbove(after.register().confirmed()),
                "its subscribers would see " + after.register().confirmed() + " after "
                        + before.register().confirmed());
        require(newest.equals(after.ballot()), "its ballot became " + after.ballot() + " and was not written");
        require(
                after.released() >= before.released(),
                "it would forget that term " + before.released() + " was released");
    }

    private void role() {
        if (after.role().standsOrLeads()) {
            require(after.takesPart(), "it would stand or lead though it does not take part");
            require(
                    after.ballot().votedFor().filter(after.self().id()::equals).isPresent(),
                    "it would stand or lead in a term in which its vote is " + after.ballot());
        }
        if (after.role() instanceof Leader leader) {
            requireRegister(leader);
            require(after.gate().isOpen(), "it would lead before its ballot is durable");
            require(leader.roundAt() <= now, "its clock went back");
            require(leader.holdsLease() || !leader.announced(), "it would lead without a lease");
            if (leader.holdsLease()) {
                require(
                        leader.leaseUntil() - leader.roundAt()
                                        <= after.self().settings().leaseNanos()
                                || (before.role() instanceof Leader former
                                        && former.leaseUntil() == leader.leaseUntil()),
                        "its lease is longer than allowed");
                require(!leader.announced() || now < leader.leaseUntil(), "it would lead after the end of its lease");
            }
        }
    }

    /** U3: no leadership is announced before what it found is repeated. U4: no write is done before a quorum has stored it. */
    private void requireRegister(Leader leader) {
        LeaderRegister register = leader.register();
        boolean isAnnouncedNow = leader.announced() && !(before.role() instanceof Leader former && former.announced());
        require(!isAnnouncedNow || register.isSettled(), "it would lead before it has repeated its register");
        require(
                register.issued()
                        .filter(entry ->
                                entry.version().term() != after.ballot().term())
                        .isEmpty(),
                "it would write " + register.issued() + " in another term");
    }

    private void requireLease(long until) {
        boolean wasHeldBefore = before.role() instanceof Leader former && former.leaseUntil() == until;
        require(
                wasHeldBefore || until - now <= after.self().settings().leaseNanos(),
                "it would announce a lease longer than allowed");
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new BrokenInvariant(before.self().id() + " in " + before.ballot() + ", "
                    + before.role().name() + ", at " + input.getClass().getSimpleName() + ": " + otherwise);
        }
    }
}

package dev.conclave.core.electorate;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.PeerId;
import dev.conclave.core.PeerMap;
import dev.conclave.core.Settings;
import dev.conclave.core.electorate.Electorate.Held;
import dev.conclave.core.electorate.Electorate.Seen;
import dev.conclave.core.electorate.Electorate.Self;
import dev.conclave.core.electorate.Electorate.ShownTo;
import dev.conclave.core.electorate.ElectorateMessage.AskRegisters;
import dev.conclave.core.electorate.ElectorateMessage.AskToFound;
import dev.conclave.core.electorate.ElectorateMessage.AskToReadmit;
import dev.conclave.core.electorate.ElectorateMessage.Holds;
import dev.conclave.core.electorate.ElectorateMessage.MayFound;
import dev.conclave.core.electorate.ElectorateMessage.RegisterVersions;
import dev.conclave.core.electorate.ElectorateMessage.Shown;
import dev.conclave.core.electorate.Proposal.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * The mutable state of one step of an {@link Electorate}, and how configurations spread, are stored and obeyed (E1, E4).
 * {@link VoterStep} answers in a round, {@link ProposalStep} continues a wish, {@link FoundingStep} founds. Used only within the step.
 */
final class ElectorateStep {

    static final long NANOS_PER_MILLI = 1_000_000;

    /** How many election timeouts a node waits for the other voters before its peers obey a configuration that it has stored (E4). */
    private static final int SWITCHES_WITHIN_ELECTIONS = 3;

    /** How often an excluded node asks to be readmitted, in election timeouts. */
    private static final int ASKS_EVERY_ELECTIONS = 10;

    /** How many nodes are remembered; a node talks to no more. */
    private static final int MOST_SEEN = 8_192;

    /** After how many election timeouts what a node has said of itself is forgotten, where there is no room for others. */
    private static final int REMEMBERS_FOR_ELECTIONS = 10;

    /** How many answers wait for the disk. */
    private static final int MOST_HELD = 64;

    final Self self;
    final long now;
    final long draw;

    StoredElectorate durable;
    StoredElectorate pending;
    Optional<Configuration> switchedTo;
    int obeyed;
    PeerMap<Seen> seen;
    long highestCounter;
    Optional<Proposal> proposal;
    OptionalLong clockOffsetMillis;

    private final Electorate before;
    private final List<ElectorateEffect> effects = new ArrayList<>();
    private List<Held> gate;
    private long whollySince;
    private long storedAt;
    private long askAgainAt;
    private PeerMap<ShownTo> shown;
    PeerMap<DirectoryIdentity> answers;
    boolean holdsRegister;
    CatchUp catchUp;

    ElectorateStep(Electorate electorate, long now, long draw) {
        before = electorate;
        self = electorate.self();
        this.now = now;
        this.draw = draw;
        durable = electorate.durable();
        pending = electorate.pending();
        gate = electorate.gate();
        switchedTo = electorate.switchedTo();
        obeyed = electorate.obeyed();
        whollySince = electorate.whollySince();
        storedAt = electorate.storedAt();
        askAgainAt = electorate.askAgainAt();
        seen = electorate.seen();
        shown = electorate.shown();
        highestCounter = electorate.highestCounter();
        proposal = electorate.proposal();
        clockOffsetMillis = electorate.clockOffsetMillis();
        answers = electorate.answers();
        holdsRegister = electorate.holdsRegister();
        catchUp = electorate.catchUp();
    }

    Electorate.Step end() {
        return new Electorate.Step(snapshot(), List.copyOf(effects));
    }

    private Electorate snapshot() {
        return new Electorate(
                self,
                durable,
                pending,
                gate,
                switchedTo,
                obeyed,
                whollySince,
                storedAt,
                askAgainAt,
                seen,
                shown,
                highestCounter,
                proposal,
                clockOffsetMillis,
                answers,
                holdsRegister,
                catchUp);
    }

    // ---- effects

    void effect(ElectorateEffect effect) {
        effects.add(effect);
    }

    void tell(PeerId to, ElectorateMessage message) {
        if (to.equals(self.id())) {
            heard(to, self.identity(), message);
        } else {
            effect(new ElectorateEffect.Tell(to, message));
        }
    }

    /** Tells once everything that was written so far is durable (R3). */
    void tellOnceDurable(PeerId to, ElectorateMessage message) {
        Held held = new Held(pending, to, message);
        if (pending.equals(durable) && gate.isEmpty()) {
            tell(to, message);
        } else if (gate.size() < MOST_HELD && !gate.contains(held)) {
            // While a disk hangs, questions are repeated; an answer that finds no room is lost, as any message may be.
            List<Held> longer = new ArrayList<>(gate);
            longer.add(held);
            gate = List.copyOf(longer);
        }
    }

    void store(StoredElectorate changed) {
        if (!changed.equals(pending)) {
            pending = changed;
            effect(new ElectorateEffect.Store(changed));
        }
    }

    Holds holds(boolean answerMe) {
        return new Holds(durable.group(), durable.number(), obeyed, self.stopMarginNanos(), answerMe, holdsRegister);
    }

    // ---- questions

    Settings settings() {
        return durable.configuration().map(Configuration::settings).orElse(self.listed());
    }

    /** Since when this node obeys its configuration; its start, if it has obeyed no earlier one in this life. */
    long obeysSince() {
        return whollySince;
    }

    long electionNanos() {
        return settings().electionNanos();
    }

    /** The voters of the configuration that the peers obey and of the one that is stored. */
    private Set<PeerId> concerned() {
        Set<PeerId> voters = new TreeSet<>();
        switchedTo.ifPresent(former -> voters.addAll(former.named().keySet()));
        durable.configuration().ifPresent(newest -> voters.addAll(newest.named().keySet()));
        voters.remove(self.id());
        return voters;
    }

    // ---- time

    void tick() {
        if (snapshot().isWaiting()) {
            if (now >= askAgainAt) {
                askAgainAt = now + settings().heartbeatNanos();
                askAgain();
            }
            FoundingStep.found(this);
            switchIfDue();
        }
        if (now >= before.readmitAt()) {
            askAgainAt = now + ASKS_EVERY_ELECTIONS * electionNanos();
            List<PeerId> voters = new ArrayList<>(concerned());
            if (!voters.isEmpty()) {
                tell(voters.get((int) jitter(voters.size())), new AskToReadmit());
            }
        }
        if (now >= before.mayShrinkAt()) {
            store(pending.withLongestElection(electionNanos()));
        }
        catchUp();
        ProposalStep.tick(this);
    }

    /** U7: continues to read the registers of former voters, once a change has asked for it. */
    private void catchUp() {
        if (catchUp.asksAt() == Long.MIN_VALUE || now < catchUp.asksAt()) {
            return;
        }
        if (durable.configuration().isEmpty() || CatchUp.isDone(this)) {
            catchUp = catchUp.rests();
        } else {
            CatchUp.ask(this);
        }
    }

    boolean isFounder() {
        return snapshot().isFounder();
    }

    private void askAgain() {
        if (durable.configuration().isEmpty()) {
            boolean founds = isFounder();
            for (PeerId voter : self.listed().voters()) {
                if (!voter.equals(self.id()) && !answers.containsKey(voter)) {
                    tell(voter, founds ? new AskToFound() : holds(true));
                }
            }
        } else if (durable.number() > switchedTo.map(Configuration::number).orElse(-1)) {
            for (PeerId voter : concerned()) {
                if (!hasStored(voter)) {
                    tell(voter, holds(true));
                }
            }
        }
    }

    // ---- other nodes

    void met(PeerId peer, DirectoryIdentity identity) {
        DirectoryIdentity answered = answers.get(peer);
        if (answered != null && !answered.equals(identity)) {
            answers = answers.without(peer);
        }
        shown = shown.without(peer);
        tell(peer, holds(true));
    }

    void heard(PeerId from, DirectoryIdentity identity, ElectorateMessage message) {
        if (message instanceof Holds holds) {
            heldBy(from, identity, holds);
        } else if (message instanceof Shown showing) {
            take(showing.configuration());
        } else if (message instanceof AskToReadmit) {
            boolean isExcluded = durable.configuration()
                    .filter(known -> known.excludes(from, identity))
                    .isPresent();
            if (isExcluded && self.readmitAfterNanos() > 0 && before.isVoter() && proposal.isEmpty()) {
                effect(new ElectorateEffect.ReadmissionAsked(from));
            }
        } else if (message instanceof AskToFound) {
            FoundingStep.asked(this, from, identity);
        } else if (message instanceof MayFound) {
            // A node without a directory is never named (E8), whatever it says.
            if (isFounder() && !identity.equals(DirectoryIdentity.NONE)) {
                answers = answers.with(from, identity);
                FoundingStep.found(this);
            }
        } else if (durable.configuration().isEmpty()) {
            // Nothing else concerns a node without a configuration.
        } else if (message instanceof AskRegisters asked) {
            CatchUp.asked(this, from, asked);
        } else if (message instanceof RegisterVersions listed) {
            if (identity.equals(durable.configuration().get().previous().get(from))) {
                CatchUp.listed(this, from, listed);
            }
        } else if (!durable.configuration().get().excludes(from, identity)) {
            VoterStep.heard(this, from, identity, message);
        }
    }

    private void heldBy(PeerId from, DirectoryIdentity identity, Holds holds) {
        boolean isStranger = holds.group() != 0 && durable.group() != 0 && holds.group() != durable.group();
        Seen former = seen.get(from);
        if (seen.size() >= MOST_SEEN) {
            long since = now - REMEMBERS_FOR_ELECTIONS * electionNanos();
            seen = seen.withoutAll(said -> said.saidAt() < since);
        }
        if (seen.size() < MOST_SEEN || former != null || concerned().contains(from)) {
            seen = seen.with(
                    from,
                    new Seen(
                            identity,
                            holds.group(),
                            holds.stored(),
                            holds.obeyed(),
                            holds.stopMarginNanos(),
                            holds.registers(),
                            now));
        }
        if (isStranger && durable.configuration().orElseThrow().replaces(holds.group())) {
            show(from, holds.answerMe());
            return;
        }
        if (isStranger) {
            if (holds.answerMe()) {
                // The other group may have been forced from this one; then its answer shows that.
                tell(from, holds(false));
            }
            if (former == null || former.group() != holds.group()) {
                effect(new ElectorateEffect.OtherGroup(from, holds.group()));
            }
            ProposalStep.answered(this, from);
            return;
        }
        if (holds.stored() < durable.number()) {
            show(from, holds.answerMe());
        } else if (holds.stored() > durable.number()) {
            askFor(from, holds.stored());
        }
        if (holds.answerMe()) {
            tell(from, holds(false));
        }
        switchIfDue();
        ProposalStep.answered(this, from);
    }

    void labelled(PeerId from, long group, int number) {
        if (group != durable.group() && group != 0 && durable.group() != 0) {
            if (durable.configuration().orElseThrow().replaces(group)) {
                show(from, false);
            }
            return;
        }
        if (number > durable.number()) {
            askFor(from, number);
        } else if (number < durable.number()) {
            show(from, false);
        } else if (number > switchedTo.map(Configuration::number).orElse(-1)) {
            switchPeers();
        }
    }

    /** Shows the configuration; once per node and number and H, unless the node has asked (E3). */
    void show(PeerId to, boolean always) {
        if (durable.configuration().isPresent() && (always || isDue(to, durable.number()))) {
            note(to, durable.number());
            tell(to, new Shown(durable.configuration().get()));
        }
    }

    /** Says what this node holds, which makes a node that has more show it. */
    private void askFor(PeerId from, int number) {
        if (isDue(from, number)) {
            note(from, number);
            tell(from, holds(false));
        }
    }

    private void note(PeerId peer, int number) {
        if (shown.size() >= MOST_SEEN) {
            // Addresses of pods never return; a node that is forgotten is only answered once more.
            long since = now - settings().heartbeatNanos();
            shown = shown.withoutAll(last -> last.at() < since);
        }
        shown = shown.with(peer, new ShownTo(number, now));
    }

    private boolean isDue(PeerId peer, int number) {
        ShownTo last = shown.get(peer);
        return last == null
                || last.number() != number
                || now - last.at() >= settings().heartbeatNanos();
    }

    // ---- storing and obeying

    /**
     * E1 and E10: stores a newer configuration of the own group, or the first one that a node without a group is shown. A node that
     * has answered a founder takes configuration 0 only if it names that founder's directory, which writes one only, whoever shows
     * it; a later number is proof that a majority has taken part.
     */
    private void take(Configuration theirs) {
        if (self.group() != 0 && theirs.group() != self.group() && !theirs.replaces(self.group())) {
            return;
        }
        if (pending.configuration().isPresent()) {
            boolean isOfThisGroup = theirs.group() == pending.group() || theirs.replaces(pending.group());
            if (isOfThisGroup && theirs.number() > pending.number()) {
                store(pending.storing(theirs));
            }
            return;
        }
        boolean isOfFounder = pending.founder()
                .filter(founder -> !theirs.named().containsValue(founder))
                .isEmpty();
        if (theirs.number() > 0 || isOfFounder) {
            store(pending.storing(theirs));
        }
    }

    void stored(StoredElectorate what) {
        boolean isNewer = what.number() > durable.number();
        Set<PeerId> former = concerned();
        durable = what;
        List<Held> waiting = gate;
        int last = -1;
        for (int i = 0; i < waiting.size(); i++) {
            if (waiting.get(i).after().equals(what)) {
                last = i;
            }
        }
        gate = List.copyOf(waiting.subList(last + 1, waiting.size()));
        if (isNewer) {
            storedAt = now;
            askAgainAt = now + settings().heartbeatNanos();
            answers = PeerMap.empty();
            effect(new ElectorateEffect.Stored(what.configuration().orElseThrow()));
            Set<PeerId> all = new TreeSet<>(former);
            all.addAll(concerned());
            boolean isMine = ProposalStep.isChosenBy(this, what.configuration().get());
            for (PeerId voter : all) {
                if (isMine || what.number() == 0) {
                    show(voter, true);
                }
                tell(voter, holds(false));
            }
        }
        for (Held held : waiting.subList(0, last + 1)) {
            tell(held.to(), held.message());
        }
        switchIfDue();
        if (isNewer) {
            ProposalStep.configurationStored(this);
        }
    }

    /**
     * E4: the peers obey a stored configuration once all voters have stored it; those that say nothing within E are not waited
     * for, and after 3 E none is.
     */
    private void switchIfDue() {
        if (durable.configuration().isEmpty()
                || durable.number() <= switchedTo.map(Configuration::number).orElse(-1)) {
            return;
        }
        long waited = now - storedAt;
        boolean isForced = switchedTo
                .filter(obeyedNow -> obeyedNow.group() != durable.group())
                .isPresent();
        boolean isDue = switchedTo.isEmpty() || isForced || waited >= SWITCHES_WITHIN_ELECTIONS * electionNanos();
        if (!isDue) {
            isDue = true;
            for (PeerId voter : concerned()) {
                Seen said = seen.get(voter);
                boolean isSilent = said == null || said.saidAt() < storedAt;
                isDue &= hasStored(voter) || (isSilent && waited >= electionNanos());
            }
        }
        if (isDue) {
            switchPeers();
        }
    }

    private boolean hasStored(PeerId voter) {
        Seen said = seen.get(voter);
        return said != null && said.group() == durable.group() && said.stored() >= durable.number();
    }

    private void switchPeers() {
        boolean isForced =
                switchedTo.filter(former -> former.group() != durable.group()).isPresent();
        switchedTo = durable.configuration();
        effect(new ElectorateEffect.Switch(switchedTo.orElseThrow(), isForced));
    }

    void switched(int number) {
        if (number > obeyed) {
            obeyed = number;
            whollySince = now;
            for (PeerId voter : concerned()) {
                tell(voter, holds(false));
            }
            ProposalStep.answered(this, self.id());
        }
    }

    // ---- wishes

    void wish(Request request) {
        ProposalStep.begin(this, request);
    }

    /** A time of up to {@code bound}, evenly distributed. */
    long jitter(long bound) {
        return bound <= 0 ? 0 : (draw >>> 1) % bound;
    }
}

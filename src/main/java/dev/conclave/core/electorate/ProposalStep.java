package dev.conclave.core.electorate;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.PeerId;
import dev.conclave.core.Quorum;
import dev.conclave.core.Settings;
import dev.conclave.core.Terms;
import dev.conclave.core.electorate.Electorate.Seen;
import dev.conclave.core.electorate.ElectorateMessage.Accept;
import dev.conclave.core.electorate.ElectorateMessage.Accepted;
import dev.conclave.core.electorate.ElectorateMessage.Prepare;
import dev.conclave.core.electorate.ElectorateMessage.Promise;
import dev.conclave.core.electorate.ElectorateMessage.Refused;
import dev.conclave.core.electorate.Proposal.Phase;
import dev.conclave.core.electorate.SingleChange.AddVoter;
import dev.conclave.core.electorate.SingleChange.RemoveVoter;
import dev.conclave.core.electorate.SingleChange.SetTimes;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Continues a {@link Proposal} within one {@link ElectorateStep} (E6), and refuses a change that cannot succeed. */
final class ProposalStep {

    /** For how many election timeouts a single change is tried: long enough for a voter that restarts. */
    private static final int PATIENCE_IN_ELECTIONS = 20;

    private ProposalStep() {}

    static void begin(ElectorateStep step, long wish, Wish wanted, boolean dryRun, String by, long atMillis) {
        if (step.self.identity().equals(DirectoryIdentity.NONE)) {
            step.effect(new ElectorateEffect.Failed(
                    wish,
                    step.self.id() + " has no conclave.data-dir, so it proposes nothing; ask a voter: "
                            + step.settings().voters()));
        } else if (step.durable.configuration().isEmpty()) {
            step.effect(new ElectorateEffect.Failed(
                    wish,
                    step.self.id() + " has no configuration yet: the voters of conclave.voters have not all answered"
                            + " each other once; start them, or change conclave.voters"));
        } else if (step.proposal.isPresent()) {
            step.effect(new ElectorateEffect.Failed(
                    wish,
                    step.self.id() + " already carries out a change ("
                            + WishText.show(step.proposal.get().wanted()) + "); wait for it"));
        } else {
            step.proposal = Optional.of(new Proposal(
                            wish,
                            by,
                            dryRun,
                            atMillis,
                            wanted,
                            List.of(),
                            step.durable.number(),
                            Phase.SURVEY,
                            RoundBallot.NONE,
                            Set.of(),
                            Optional.empty(),
                            0,
                            Optional.empty(),
                            0,
                            0,
                            0)
                    .after(List.of(), step.durable.number(), step.now, patience(step)));
            survey(step);
        }
    }

    private static long patience(ElectorateStep step) {
        return PATIENCE_IN_ELECTIONS * step.settings().electionNanos();
    }

    private static Configuration current(ElectorateStep step) {
        return step.durable.configuration().orElseThrow();
    }

    private static Proposal present(ElectorateStep step) {
        return step.proposal.orElseThrow();
    }

    private static void set(ElectorateStep step, Proposal changed) {
        step.proposal = Optional.of(changed);
    }

    private static void fail(ElectorateStep step, String why) {
        long wish = present(step).wish();
        step.proposal = Optional.empty();
        step.effect(new ElectorateEffect.Failed(wish, why));
    }

    // ---- time

    static void tick(ElectorateStep step) {
        if (step.proposal.isEmpty()) {
            return;
        }
        Proposal proposal = present(step);
        if (step.now >= proposal.givesUpAt()) {
            giveUp(step, proposal);
        } else if (step.now >= proposal.endsAt()) {
            phaseEnded(step, proposal);
        } else if (step.now >= proposal.againAt()) {
            send(step);
        }
    }

    private static void giveUp(ElectorateStep step, Proposal proposal) {
        Set<PeerId> silent = new TreeSet<>(current(step).named().keySet());
        silent.remove(step.self.id());
        long since = step.now - 2 * step.settings().electionNanos();
        silent.removeIf(voter -> {
            Seen said = step.seen.get(voter);
            return said != null && said.saidAt() >= since;
        });
        fail(
                step,
                proposal.phase() == Phase.SPREAD
                        ? proposal.value().orElseThrow() + " was chosen, but a majority of its voters does not obey it"
                                + " yet; it will as soon as they are up: start " + silent
                        : "\"" + (proposal.rest().isEmpty() ? WishText.show(proposal.wanted()) : proposal.change())
                                + "\" found no majority within " + seconds(patience(step)) + " s"
                                + (silent.isEmpty() ? "" : "; " + silent + " did not answer")
                                + "; it is undone, unless the next change finds it accepted: look at the history, then say"
                                + " it again");
    }

    private static String seconds(long nanos) {
        return String.valueOf(nanos / 1_000_000_000);
    }

    private static void phaseEnded(ElectorateStep step, Proposal proposal) {
        switch (proposal.phase()) {
            case SURVEY -> surveyed(step);
            case PREPARE, ACCEPT -> retry(step);
            case PAUSE -> propose(step);
            case RETRY -> prepare(step);
            case SPREAD -> send(step);
        }
    }

    /** Sends the messages of the phase to those that have not answered it. */
    private static void send(ElectorateStep step) {
        Proposal proposal = present(step);
        set(step, proposal.sentAgainAt(step.now + step.settings().heartbeatNanos()));
        for (PeerId peer : asked(step, proposal)) {
            if (!proposal.answered().contains(peer)) {
                switch (proposal.phase()) {
                    case SURVEY, SPREAD -> {
                        if (!peer.equals(step.self.id())) {
                            step.tell(peer, step.holds(true));
                        }
                    }
                    case PREPARE ->
                        step.tell(peer, new Prepare(step.durable.group(), proposal.base(), proposal.ballot()));
                    case ACCEPT ->
                        step.tell(
                                peer,
                                new Accept(
                                        step.durable.group(),
                                        proposal.base(),
                                        proposal.ballot(),
                                        proposal.value().orElseThrow()));
                    case PAUSE, RETRY -> {}
                }
            }
        }
    }

    private static Set<PeerId> asked(ElectorateStep step, Proposal proposal) {
        Set<PeerId> all = new TreeSet<>(current(step).named().keySet());
        if (proposal.phase() == Phase.SURVEY) {
            all.addAll(newcomers(proposal));
        }
        return all;
    }

    private static Set<PeerId> newcomers(Proposal proposal) {
        Set<PeerId> in = new TreeSet<>();
        if (proposal.rest().isEmpty()) {
            Wish wanted = proposal.wanted();
            if (wanted instanceof Wish.Add add) {
                in.add(add.voter());
            } else if (wanted instanceof Wish.Replace replace) {
                in.add(replace.in());
            } else if (wanted instanceof Wish.Voters voters) {
                in.addAll(voters.voters());
            } else if (wanted instanceof Wish.Readmit readmit) {
                in.add(readmit.voter());
            }
        } else {
            for (SingleChange change : proposal.rest()) {
                if (change instanceof AddVoter add) {
                    in.add(add.voter());
                }
            }
        }
        return in;
    }

    // ---- the survey

    private static void survey(ElectorateStep step) {
        set(step, present(step).in(Phase.SURVEY, step.now + step.settings().electionNanos(), step.now));
        send(step);
        answered(step, step.self.id());
    }

    /** A node has said what it holds, or this node's last peer has switched. */
    static void answered(ElectorateStep step, PeerId from) {
        if (step.proposal.isEmpty()) {
            return;
        }
        Proposal proposal = present(step);
        if (proposal.phase() == Phase.SURVEY) {
            if (!isFinal(step, from)) {
                return;
            }
            set(step, proposal.answeredBy(from));
            if (present(step).answered().containsAll(asked(step, proposal))) {
                surveyed(step);
            }
        } else if (proposal.phase() == Phase.SPREAD) {
            spread(step);
        }
    }

    /** Whether the node need not be asked again: it holds the present configuration, or is of another group. */
    private static boolean isFinal(ElectorateStep step, PeerId from) {
        Seen said = step.seen.get(from);
        return from.equals(step.self.id())
                || (said != null
                        && (said.stored() >= step.durable.number()
                                || (said.group() != 0 && said.group() != step.durable.group())));
    }

    private static boolean isHeard(ElectorateStep step, PeerId voter) {
        if (!present(step).answered().contains(voter)) {
            return false;
        }
        Configuration current = current(step);
        if (voter.equals(step.self.id())) {
            return current.names(voter, step.self.identity());
        }
        Seen said = step.seen.get(voter);
        return said != null
                && said.group() == current.group()
                && said.stored() >= current.number()
                && !current.excludes(voter, said.identity());
    }

    private static void surveyed(ElectorateStep step) {
        Proposal proposal = present(step);
        Predicate<PeerId> isHeard = voter -> isHeard(step, voter);
        try {
            if (proposal.rest().isEmpty()) {
                List<SingleChange> changes = proposal.wanted().changes(current(step), isHeard);
                if (changes.isEmpty()) {
                    step.proposal = Optional.empty();
                    step.effect(new ElectorateEffect.Done(proposal.wish()));
                    return;
                }
                proposal = proposal.with(changes);
                set(step, proposal);
            }
            Optional<String> refusal = refusal(step, proposal.change(), isHeard);
            if (refusal.isPresent()) {
                fail(step, refusal.get());
            } else if (proposal.dryRun()) {
                step.proposal = Optional.empty();
                step.effect(new ElectorateEffect.Planned(proposal.wish(), proposal.rest()));
            } else {
                prepare(step);
            }
        } catch (IllegalArgumentException senseless) {
            fail(step, String.valueOf(senseless.getMessage()));
        }
    }

    /** Why the change cannot succeed now; empty if it can. */
    private static Optional<String> refusal(ElectorateStep step, SingleChange change, Predicate<PeerId> isHeard) {
        Configuration current = current(step);
        if (current.number() == Terms.MAX_CONFIGURATION) {
            return Optional.of("this group has used up its " + Terms.MAX_CONFIGURATION + " configurations");
        }
        long heard = current.named().keySet().stream().filter(isHeard).count();
        if (heard < current.quorum()) {
            return Optional.of(current.quorum() + " of " + current.named().size() + " voters must answer, " + heard
                    + (heard == 1 ? " does" : " do")
                    + ": start one, or, if they are lost for good, electorate force");
        }
        if (change instanceof AddVoter add) {
            return refusalOfNewcomer(step, current, add.voter(), heard);
        }
        if (change instanceof RemoveVoter remove) {
            if (current.named().size() == 1) {
                return Optional.of(remove.voter() + " is the last voter; add another one first");
            }
            long staying = heard - (isHeard.test(remove.voter()) ? 1 : 0);
            int size = current.named().size() - 1;
            return staying >= Quorum.of(size)
                    ? Optional.empty()
                    : Optional.of("without " + remove.voter() + " only " + staying + " of " + size
                            + " voters would be heard: start another one first");
        }
        return refusalOfTimes(step, ((SetTimes) change).times(), isHeard);
    }

    private static Optional<String> refusalOfNewcomer(
            ElectorateStep step, Configuration current, PeerId voter, long heard) {
        Seen said = step.seen.get(voter);
        boolean isSelf = voter.equals(step.self.id());
        if (!isSelf && (said == null || !present(step).answered().contains(voter))) {
            return Optional.of(voter + " has not stored configuration " + current.number() + " within the last "
                    + current.electionNanos() / 1_000_000 + " ms; start it first, or mind the address");
        }
        if (!isSelf && said != null) {
            if (said.group() != 0 && said.group() != current.group()) {
                return Optional.of(voter + " belongs to the group " + Configuration.show(said.group()) + ", this is "
                        + Configuration.show(current.group()));
            }
            if (said.identity().equals(DirectoryIdentity.NONE)) {
                return Optional.of(voter + " has no conclave.data-dir, and a voter must store its votes on disk");
            }
            if (said.stored() < current.number()) {
                return Optional.of(voter + " has not stored configuration " + current.number() + " within the last "
                        + current.electionNanos() / 1_000_000 + " ms; its disk is slow, or it is still starting");
            }
        }
        int size = current.named().size() + 1;
        if (size > Quorum.MAX_VOTERS) {
            return Optional.of("there are " + current.named().size()
                    + " voters already, and no more are possible; three, five or seven are enough");
        }
        boolean isSecond = size == 2;
        return heard >= Quorum.of(size) || isSecond
                ? Optional.empty()
                : Optional.of("without " + voter + " only " + heard + " of " + size
                        + " voters would be heard: start another one first");
    }

    private static Optional<String> refusalOfTimes(ElectorateStep step, Settings times, Predicate<PeerId> isHeard) {
        long lease = times.leaseNanos();
        long longestPath = 0;
        long surveyBegan = present(step).endsAt() - step.settings().electionNanos();
        for (PeerId voter : times.voters()) {
            boolean isSelf = voter.equals(step.self.id());
            Seen said = step.seen.get(voter);
            if ((!isSelf && said == null) || !isHeard.test(voter)) {
                continue;
            }
            long margin = isSelf || said == null ? step.self.stopMarginNanos() : said.stopMarginNanos();
            if (margin >= lease - 2 * times.heartbeatNanos()) {
                return Optional.of("conclave.stop-margin on " + voter + " is " + margin / 1_000_000
                        + " ms, the lease would be " + lease / 1_000_000 + " ms, of which two heartbeats take "
                        + 2 * times.heartbeatNanos() / 1_000_000 + " ms: lower the margin there, or choose another"
                        + " election-timeout or heartbeat-interval");
            }
            longestPath = isSelf || said == null ? longestPath : Math.max(longestPath, said.saidAt() - surveyBegan);
        }
        if (2 * longestPath + times.heartbeatNanos() >= lease - step.self.stopMarginNanos()) {
            return Optional.of("an answer takes " + longestPath / 1_000_000 + " ms here, too long for a lease of "
                    + lease / 1_000_000 + " ms with a stop margin of " + step.self.stopMarginNanos() / 1_000_000
                    + " ms: choose a longer election-timeout");
        }
        return Optional.empty();
    }

    // ---- the round

    private static void prepare(ElectorateStep step) {
        step.highestCounter =
                Math.max(step.highestCounter, step.pending.promised().counter()) + 1;
        RoundBallot fresh = new RoundBallot(step.highestCounter, step.self.identity(), step.self.life());
        set(
                step,
                present(step)
                        .with(fresh)
                        .in(Phase.PREPARE, step.now + step.settings().electionNanos(), step.now));
        send(step);
    }

    private static boolean isOfRound(ElectorateStep step, Phase phase, long group, int number, RoundBallot ballot) {
        return step.proposal.isPresent()
                && present(step).phase() == phase
                && group == step.durable.group()
                && number == present(step).base()
                && number == step.durable.number()
                && ballot.equals(present(step).ballot());
    }

    static void promised(ElectorateStep step, PeerId from, DirectoryIdentity identity, Promise promise) {
        if (!isOfRound(step, Phase.PREPARE, promise.group(), promise.number(), promise.ballot())
                || !current(step).names(from, identity)) {
            return;
        }
        Proposal proposal = present(step).promisedBy(from, promise.accepted(), promise.longestElectionNanos());
        set(step, proposal);
        if (proposal.answered().size() >= current(step).quorum()) {
            // Every acknowledgement that was given before one of these promises is over after the pause (E6).
            long until = step.now + proposal.pauseNanos();
            set(step, proposal.in(Phase.PAUSE, until, until));
        }
    }

    /** Proposes what was accepted under the highest ballot, else the own wish (E6). */
    private static void propose(ElectorateStep step) {
        Proposal proposal = present(step);
        Optional<Configuration> found = proposal.accepted().map(StoredElectorate.Acceptance::next);
        Configuration value;
        try {
            value = found.orElseGet(() -> own(step, proposal));
        } catch (IllegalArgumentException | IllegalStateException senseless) {
            fail(step, String.valueOf(senseless.getMessage()));
            return;
        }
        set(
                step,
                proposal.proposing(value)
                        .in(Phase.ACCEPT, step.now + 2 * step.settings().electionNanos(), step.now));
        send(step);
    }

    private static Configuration own(ElectorateStep step, Proposal proposal) {
        Configuration current = current(step);
        if (proposal.change() instanceof AddVoter add) {
            Seen said = step.seen.get(add.voter());
            DirectoryIdentity identity = add.voter().equals(step.self.id())
                    ? step.self.identity()
                    : said == null ? DirectoryIdentity.NONE : said.identity();
            return current.adding(add.voter(), identity, proposal.atMillis(), proposal.by());
        }
        if (proposal.change() instanceof RemoveVoter remove) {
            return current.removing(remove.voter(), proposal.atMillis(), proposal.by());
        }
        return current.timed(((SetTimes) proposal.change()).times(), proposal.atMillis(), proposal.by());
    }

    static void accepted(ElectorateStep step, PeerId from, DirectoryIdentity identity, Accepted accepted) {
        if (!isOfRound(step, Phase.ACCEPT, accepted.group(), accepted.number(), accepted.ballot())
                || !current(step).names(from, identity)) {
            return;
        }
        Proposal proposal = present(step).answeredBy(from);
        set(step, proposal);
        if (proposal.answered().size() >= current(step).quorum()) {
            step.store(step.pending.storing(proposal.value().orElseThrow()));
            set(
                    step,
                    proposal.in(
                            Phase.SPREAD,
                            proposal.givesUpAt(),
                            step.now + step.settings().heartbeatNanos()));
        }
    }

    static void refused(ElectorateStep step, Refused refused) {
        if (isOfRound(step, Phase.PREPARE, refused.group(), refused.number(), refused.ballot())
                || isOfRound(step, Phase.ACCEPT, refused.group(), refused.number(), refused.ballot())) {
            retry(step);
        }
    }

    /** Another proposer has a higher ballot, or no majority answers: again later, so that two do not defeat each other for ever. */
    private static void retry(ElectorateStep step) {
        long election = step.settings().electionNanos();
        long at = step.now + election / 4 + step.jitter(2 * election);
        set(step, present(step).in(Phase.RETRY, at, at));
    }

    // ---- the end

    /** Whether the configuration is the one that this node has had chosen. */
    static boolean isChosenBy(ElectorateStep step, Configuration stored) {
        return step.proposal.isPresent()
                && present(step).phase() == Phase.SPREAD
                && present(step).value().filter(stored::equals).isPresent();
    }

    /** A newer configuration is durable here: the chosen one, or one that came in between. */
    static void configurationStored(ElectorateStep step) {
        if (step.proposal.isEmpty() || present(step).base() >= step.durable.number()) {
            return;
        }
        Proposal proposal = present(step);
        Configuration stored = current(step);
        boolean isOwn = stored.number() == proposal.base() + 1
                && stored.origin()
                        .filter(origin -> origin.atMillis() == proposal.atMillis()
                                && origin.by().equals(proposal.by()))
                        .isPresent();
        if (!isOwn) {
            fail(
                    step,
                    "configuration " + stored.number() + " came in between: it has "
                            + stored.named().keySet() + "; look at it, and say the change again if it is still wanted");
        } else {
            set(step, proposal.proposing(stored).in(Phase.SPREAD, proposal.givesUpAt(), step.now));
            send(step);
            spread(step);
        }
    }

    /** A change is done when a majority of the new voters obeys it; then the next one begins. */
    private static void spread(ElectorateStep step) {
        Proposal proposal = present(step);
        Configuration chosen = proposal.value().orElseThrow();
        if (step.durable.number() != chosen.number()) {
            return;
        }
        int obeying = 0;
        for (PeerId voter : chosen.named().keySet()) {
            Seen said = step.seen.get(voter);
            boolean obeys = voter.equals(step.self.id())
                    ? step.obeyed >= chosen.number() && chosen.names(voter, step.self.identity())
                    : said != null
                            && said.group() == chosen.group()
                            && said.obeyed() >= chosen.number()
                            && chosen.names(voter, said.identity());
            obeying += obeys ? 1 : 0;
        }
        if (obeying < chosen.quorum()) {
            return;
        }
        List<SingleChange> left = proposal.rest().subList(1, proposal.rest().size());
        if (left.isEmpty()) {
            step.proposal = Optional.empty();
            step.effect(new ElectorateEffect.Done(proposal.wish()));
        } else {
            set(step, proposal.after(left, chosen.number(), step.now, patience(step)));
            survey(step);
        }
    }
}

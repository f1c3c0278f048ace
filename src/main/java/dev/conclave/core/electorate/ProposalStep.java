package dev.conclave.core.electorate;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.PeerId;
import dev.conclave.core.electorate.Electorate.Seen;
import dev.conclave.core.electorate.ElectorateMessage.Accept;
import dev.conclave.core.electorate.ElectorateMessage.Accepted;
import dev.conclave.core.electorate.ElectorateMessage.Prepare;
import dev.conclave.core.electorate.ElectorateMessage.Promise;
import dev.conclave.core.electorate.ElectorateMessage.Refused;
import dev.conclave.core.electorate.Proposal.Request;
import dev.conclave.core.electorate.Round.Phase;
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

    static void begin(ElectorateStep step, Request request) {
        long wish = request.number();
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
                            + WishText.show(step.proposal.get().request().wanted()) + "); wait for it"));
        } else {
            survey(step, request, List.of());
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

    private static Round round(ElectorateStep step) {
        return present(step).round();
    }

    private static void set(ElectorateStep step, Round changed) {
        step.proposal = Optional.of(present(step).in(changed));
    }

    private static void fail(ElectorateStep step, String why) {
        long wish = present(step).request().number();
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
        } else if (step.now >= proposal.round().endsAt()) {
            phaseEnded(step);
        } else if (step.now >= proposal.round().againAt()) {
            send(step);
        }
    }

    private static void giveUp(ElectorateStep step, Proposal proposal) {
        Set<PeerId> silent = new TreeSet<>(current(step).named().keySet());
        if (step.obeyed >= proposal.base() + 1 || proposal.round().phase() != Phase.SPREAD) {
            silent.remove(step.self.id());
        }
        long since = step.now - 2 * step.settings().electionNanos();
        silent.removeIf(voter -> {
            Seen said = step.seen.get(voter);
            return said != null && said.saidAt() >= since;
        });
        fail(
                step,
                proposal.round().phase() == Phase.SPREAD
                        ? proposal.round().value().orElseThrow()
                                + " was chosen, but a majority of its voters does not obey it"
                                + " yet; it will as soon as they are up and their disks write: look at " + silent
                        : "\""
                                + (proposal.rest().isEmpty()
                                        ? WishText.show(proposal.request().wanted())
                                        : proposal.change())
                                + "\" found no majority within " + seconds(patience(step)) + " s"
                                + (silent.isEmpty() ? "" : "; " + silent + " did not answer")
                                + "; it is undone, unless the next change finds it accepted: look at the history, then say"
                                + " it again");
    }

    private static String seconds(long nanos) {
        return String.valueOf(nanos / 1_000_000_000);
    }

    private static void phaseEnded(ElectorateStep step) {
        switch (round(step).phase()) {
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
        Round round = proposal.round();
        set(step, round.sentAgainAt(step.now + step.settings().heartbeatNanos()));
        for (PeerId peer : asked(step, proposal)) {
            if (!round.answered().contains(peer)) {
                switch (round.phase()) {
                    case SURVEY, SPREAD -> {
                        if (!peer.equals(step.self.id())) {
                            step.tell(peer, step.holds(true));
                        }
                    }
                    case PREPARE -> step.tell(peer, new Prepare(step.durable.group(), proposal.base(), round.ballot()));
                    case ACCEPT ->
                        step.tell(
                                peer,
                                new Accept(
                                        step.durable.group(),
                                        proposal.base(),
                                        round.ballot(),
                                        round.value().orElseThrow()));
                    case PAUSE, RETRY -> {}
                }
            }
        }
    }

    private static Set<PeerId> asked(ElectorateStep step, Proposal proposal) {
        Set<PeerId> all = new TreeSet<>(current(step).named().keySet());
        if (proposal.round().phase() == Phase.SURVEY) {
            all.addAll(newcomers(proposal));
        }
        return all;
    }

    private static Set<PeerId> newcomers(Proposal proposal) {
        Set<PeerId> in = new TreeSet<>();
        if (proposal.rest().isEmpty()) {
            Wish wanted = proposal.request().wanted();
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

    private static void survey(ElectorateStep step, Request request, List<SingleChange> rest) {
        step.proposal = Optional.of(Proposal.surveying(
                request,
                rest,
                step.durable.number(),
                step.now,
                step.now + step.settings().electionNanos(),
                step.now + patience(step)));
        send(step);
        answered(step, step.self.id());
    }

    /** A node has said what it holds, or this node's last peer has switched. */
    static void answered(ElectorateStep step, PeerId from) {
        if (step.proposal.isEmpty()) {
            return;
        }
        Proposal proposal = present(step);
        if (proposal.round().phase() == Phase.SURVEY) {
            if (!isFinal(step, from)) {
                return;
            }
            set(step, proposal.round().answeredBy(from));
            if (round(step).answered().containsAll(asked(step, proposal))) {
                surveyed(step);
            }
        } else if (proposal.round().phase() == Phase.SPREAD) {
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
        if (!round(step).answered().contains(voter)) {
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
        Request request = proposal.request();
        Predicate<PeerId> isHeard = voter -> isHeard(step, voter);
        try {
            if (proposal.rest().isEmpty()) {
                proposal = proposal.planned(request.wanted().changes(current(step), isHeard));
                step.proposal = Optional.of(proposal);
            }
            if (proposal.rest().isEmpty()) {
                step.proposal = Optional.empty();
                step.effect(new ElectorateEffect.Done(request.number()));
                return;
            }
            Optional<String> refusal = new Preconditions(step, isHeard).refusal(proposal.change());
            if (refusal.isPresent()) {
                fail(step, refusal.get());
            } else if (request.dryRun()) {
                step.proposal = Optional.empty();
                step.effect(new ElectorateEffect.Planned(request.number(), proposal.rest()));
            } else {
                prepare(step);
            }
        } catch (IllegalArgumentException senseless) {
            fail(step, String.valueOf(senseless.getMessage()));
        }
    }

    // ---- the round

    private static void prepare(ElectorateStep step) {
        step.highestCounter =
                Math.max(step.highestCounter, step.pending.promised().counter()) + 1;
        RoundBallot fresh = new RoundBallot(step.highestCounter, step.self.identity(), step.self.life());
        set(step, Round.preparing(fresh, step.now, step.now + step.settings().electionNanos()));
        send(step);
    }

    private static boolean isOfRound(ElectorateStep step, Phase phase, long group, int number, RoundBallot ballot) {
        return step.proposal.isPresent()
                && round(step).phase() == phase
                && group == step.durable.group()
                && number == present(step).base()
                && number == step.durable.number()
                && ballot.equals(round(step).ballot());
    }

    static void promised(ElectorateStep step, PeerId from, DirectoryIdentity identity, Promise promise) {
        if (!isOfRound(step, Phase.PREPARE, promise.group(), promise.number(), promise.ballot())
                || !current(step).names(from, identity)) {
            return;
        }
        Round round = round(step).promisedBy(from, promise.accepted(), promise.longestElectionNanos());
        set(step, round);
        if (round.answered().size() >= current(step).quorum()) {
            // Every acknowledgement that was given before one of these promises is over after the pause (E6).
            long until = step.now + round.pauseNanos();
            set(step, round.in(Phase.PAUSE, until, until));
        }
    }

    /** Proposes what was accepted under the highest ballot, else the own wish (E6). */
    private static void propose(ElectorateStep step) {
        Optional<Configuration> found = round(step).accepted().map(StoredElectorate.Acceptance::next);
        Configuration value;
        try {
            value = found.isPresent() ? found.get() : own(step);
        } catch (IllegalArgumentException | IllegalStateException senseless) {
            fail(step, String.valueOf(senseless.getMessage()));
            return;
        }
        if (found.isEmpty()) {
            step.proposal = Optional.of(present(step).owning(value));
        }
        set(
                step,
                round(step)
                        .proposing(value)
                        .in(Phase.ACCEPT, step.now + 2 * step.settings().electionNanos(), step.now));
        send(step);
    }

    private static Configuration own(ElectorateStep step) {
        Configuration current = current(step);
        Proposal proposal = present(step);
        String by = proposal.request().by();
        long atMillis = proposal.request().atMillis();
        if (proposal.change() instanceof AddVoter add) {
            Seen said = step.seen.get(add.voter());
            DirectoryIdentity identity = add.voter().equals(step.self.id())
                    ? step.self.identity()
                    : said == null ? DirectoryIdentity.NONE : said.identity();
            return current.adding(add.voter(), identity, atMillis, by);
        }
        if (proposal.change() instanceof RemoveVoter remove) {
            return current.removing(remove.voter(), atMillis, by);
        }
        return current.timed(((SetTimes) proposal.change()).times(), atMillis, by);
    }

    static void accepted(ElectorateStep step, PeerId from, DirectoryIdentity identity, Accepted accepted) {
        if (!isOfRound(step, Phase.ACCEPT, accepted.group(), accepted.number(), accepted.ballot())
                || !current(step).names(from, identity)) {
            return;
        }
        Round round = round(step).answeredBy(from);
        set(step, round);
        if (round.answered().size() >= current(step).quorum()) {
            step.store(step.pending.storing(round.value().orElseThrow()));
            set(
                    step,
                    round.in(
                            Phase.SPREAD,
                            present(step).givesUpAt(),
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
        set(step, round(step).in(Phase.RETRY, at, at));
    }

    // ---- the end

    /** Whether the configuration is the one that this node has had chosen. */
    static boolean isChosenBy(ElectorateStep step, Configuration stored) {
        return step.proposal.isPresent()
                && round(step).phase() == Phase.SPREAD
                && round(step).value().filter(stored::equals).isPresent();
    }

    /** A newer configuration is durable here: the chosen one, or one that came in between. */
    static void configurationStored(ElectorateStep step) {
        if (step.proposal.isEmpty() || present(step).base() >= step.durable.number()) {
            return;
        }
        Proposal proposal = present(step);
        Configuration stored = current(step);
        if (proposal.own().filter(stored::equals).isEmpty()) {
            fail(
                    step,
                    "configuration " + stored.number() + " came in between: it has "
                            + stored.named().keySet() + "; look at it, and say the change again if it is still wanted");
            return;
        }
        set(step, proposal.round().proposing(stored).in(Phase.SPREAD, proposal.givesUpAt(), step.now));
        send(step);
        spread(step);
    }

    /** A change is done when a majority of the new voters obeys it; then the next one begins. */
    private static void spread(ElectorateStep step) {
        Proposal proposal = present(step);
        Configuration chosen = proposal.round().value().orElseThrow();
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
            step.effect(new ElectorateEffect.Done(proposal.request().number()));
        } else {
            survey(step, proposal.request(), left);
        }
    }
}

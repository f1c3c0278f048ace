package dev.conclave.core.electorate;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.PeerId;
import dev.conclave.core.Quorum;
import dev.conclave.core.Settings;
import dev.conclave.core.Terms;
import dev.conclave.core.electorate.Electorate.Seen;
import dev.conclave.core.electorate.SingleChange.AddVoter;
import dev.conclave.core.electorate.SingleChange.RemoveVoter;
import dev.conclave.core.electorate.SingleChange.SetTimes;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The result of the survey before a single change: a change that cannot succeed is refused before it begins. These refusals keep
 * the electorate available; its safety does not rest on them.
 */
final class Preconditions {

    /** For how many election timeouts after a start or a change voters may still be about to meet. */
    private static final int MEETS_OTHERS_WITHIN_ELECTIONS = 5;

    private final ElectorateStep step;
    private final Configuration current;
    private final Round round;
    private final Predicate<PeerId> isHeard;

    Preconditions(ElectorateStep step, Predicate<PeerId> isHeard) {
        this.step = step;
        this.isHeard = isHeard;
        current = step.durable.configuration().orElseThrow();
        round = step.proposal.orElseThrow().round();
    }

    /** Why the change cannot succeed now; empty if it can. */
    Optional<String> refusal(SingleChange change) {
        if (current.number() == Terms.MAX_CONFIGURATION) {
            return Optional.of("this group has used up its " + Terms.MAX_CONFIGURATION + " configurations");
        }
        long heard = current.named().keySet().stream().filter(isHeard).count();
        if (heard < current.quorum()) {
            // A node that has just started may not have met the others yet; to name the last resort then would be rash.
            boolean mayStillMeet =
                    step.now - step.obeysSince() < MEETS_OTHERS_WITHIN_ELECTIONS * current.electionNanos();
            return Optional.of(current.quorum() + " of " + current.named().size() + " voters must answer, " + heard
                    + (heard == 1 ? " does" : " do")
                    + (mayStillMeet
                            ? ": this node has just started, or the voters have just changed; ask again in a moment"
                            : ": start one, or, if they are lost for good, electorate force"));
        }
        if (change instanceof AddVoter add) {
            return refusalOfNewcomer(add.voter(), heard);
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
        return refusalOfTimes(((SetTimes) change).times());
    }

    private Optional<String> refusalOfNewcomer(PeerId voter, long heard) {
        Seen said = step.seen.get(voter);
        boolean isSelf = voter.equals(step.self.id());
        if (!isSelf && (said == null || !round.answered().contains(voter))) {
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

    private Optional<String> refusalOfTimes(Settings times) {
        long lease = times.leaseNanos();
        long longestPath = 0;
        long surveyBegan = round.endsAt() - step.settings().electionNanos();
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
        Settings now = current.settings();
        boolean isRoomier = lease - times.heartbeatNanos() > now.leaseNanos() - now.heartbeatNanos();
        if (!isRoomier && 2 * longestPath + times.heartbeatNanos() >= lease - step.self.stopMarginNanos()) {
            return Optional.of("an answer takes " + longestPath / 1_000_000 + " ms here, too long for a lease of "
                    + lease / 1_000_000 + " ms with a stop margin of " + step.self.stopMarginNanos() / 1_000_000
                    + " ms: choose a longer election-timeout");
        }
        return Optional.empty();
    }
}

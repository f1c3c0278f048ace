package dev.conclave.core.electorate;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.PeerId;
import dev.conclave.core.electorate.ElectorateMessage.Accept;
import dev.conclave.core.electorate.ElectorateMessage.Accepted;
import dev.conclave.core.electorate.ElectorateMessage.Prepare;
import dev.conclave.core.electorate.ElectorateMessage.Promise;
import dev.conclave.core.electorate.ElectorateMessage.Refused;

/** The answers of a voter in the rounds that choose the next configuration, within one {@link ElectorateStep} (E6). */
final class VoterStep {

    private VoterStep() {}

    /** A message of a round: a question to this voter, or an answer to this proposer. */
    static void heard(ElectorateStep step, PeerId from, DirectoryIdentity identity, ElectorateMessage message) {
        if (message instanceof Prepare prepare) {
            step.highestCounter = Math.max(step.highestCounter, prepare.ballot().counter());
            if (answers(step, from, prepare.group(), prepare.number()) && step.obeyed >= prepare.number()) {
                promise(step, from, prepare);
            }
        } else if (message instanceof Accept accept) {
            step.highestCounter = Math.max(step.highestCounter, accept.ballot().counter());
            if (answers(step, from, accept.group(), accept.number())
                    && accept.next().mayFollow(step.durable.configuration().orElseThrow())) {
                accept(step, from, accept);
            }
        } else if (message instanceof Promise promise) {
            ProposalStep.promised(step, from, identity, promise);
        } else if (message instanceof Accepted accepted) {
            ProposalStep.accepted(step, from, identity, accepted);
        } else if (message instanceof Refused refused) {
            step.highestCounter =
                    Math.max(step.highestCounter, refused.promised().counter());
            ProposalStep.refused(step, refused);
        }
    }

    /** Whether this node answers as a voter of this configuration, which is its newest, and named with its own identity (E8). */
    private static boolean answers(ElectorateStep step, PeerId from, long group, int number) {
        if (group == step.durable.group() && number < step.durable.number()) {
            step.show(from, false);
        }
        return group == step.durable.group()
                && number == step.durable.number()
                && step.pending.number() == number
                && step.durable
                        .configuration()
                        .filter(known -> known.names(step.self.id(), step.self.identity()))
                        .isPresent();
    }

    /** E6: promises a ballot that is strictly higher than all that were promised; repeats its answer to a repeated question. */
    private static void promise(ElectorateStep step, PeerId from, Prepare asked) {
        RoundBallot ballot = asked.ballot();
        boolean isRepeated = ballot.equals(step.pending.promised())
                && step.pending
                        .accepted()
                        .filter(accepted -> accepted.ballot().equals(ballot))
                        .isEmpty();
        if (ballot.isAbove(step.pending.promised())) {
            step.store(step.pending.promising(ballot));
        } else if (!isRepeated) {
            step.tell(from, new Refused(asked.group(), asked.number(), ballot, step.pending.promised()));
            return;
        }
        step.tellOnceDurable(
                from,
                new Promise(
                        asked.group(),
                        asked.number(),
                        ballot,
                        step.pending.accepted(),
                        Math.max(step.pending.longestElectionNanos(), step.electionNanos())));
    }

    /**
     * E6: accepts unless a higher ballot was promised. U7: only once it has the registers of so many former voters that each of
     * their quorums has one of these; until then it does not answer, and is asked again.
     */
    private static void accept(ElectorateStep step, PeerId from, Accept asked) {
        if (step.pending.promised().isAbove(asked.ballot())) {
            step.tell(from, new Refused(asked.group(), asked.number(), asked.ballot(), step.pending.promised()));
            return;
        }
        if (!CatchUp.isDone(step)) {
            CatchUp.ask(step);
            return;
        }
        step.store(step.pending.accepting(asked.ballot(), asked.next()));
        step.tellOnceDurable(from, new Accepted(asked.group(), asked.number(), asked.ballot()));
    }
}

package dev.conclave.core.electorate;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.PeerId;
import dev.conclave.core.electorate.ElectorateMessage.MayFound;
import java.util.Map;
import java.util.TreeMap;

/** How a group is founded, within one {@link ElectorateStep} (E10). */
final class FoundingStep {

    private FoundingStep() {}

    /** E10: a node without a configuration stores the identity of the founder that asks, and says so once that is durable. */
    static void asked(ElectorateStep step, PeerId from, DirectoryIdentity identity) {
        if (step.durable.configuration().isPresent()) {
            step.show(from, true);
            return;
        }
        boolean isFirstListed = step.self.listed().voters().get(0).equals(from)
                && step.self.listed().isVoter(step.self.id());
        if (isFirstListed
                && step.pending.configuration().isEmpty()
                && !step.self.identity().equals(DirectoryIdentity.NONE)) {
            step.store(step.pending.foundedBy(identity));
            step.tellOnceDurable(from, new MayFound());
        }
    }

    /** E10: founds the group once all other listed voters have answered. */
    static void found(ElectorateStep step) {
        if (!step.isFounder()) {
            return;
        }
        Map<PeerId, DirectoryIdentity> named = new TreeMap<>();
        named.put(step.self.id(), step.self.identity());
        for (PeerId voter : step.self.listed().voters()) {
            DirectoryIdentity answered = step.answers.get(voter);
            if (!voter.equals(step.self.id()) && answered == null) {
                return;
            }
            if (answered != null) {
                named.put(voter, answered);
            }
        }
        long group = step.draw == 0 ? 1 : step.draw;
        long wallMillis = step.clockOffsetMillis.orElseThrow() + step.now / ElectorateStep.NANOS_PER_MILLI;
        step.store(step.pending.storing(Configuration.founding(
                group, named, step.self.listed(), wallMillis, step.self.id().toString())));
    }
}

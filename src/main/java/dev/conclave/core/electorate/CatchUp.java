package dev.conclave.core.electorate;

import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.PeerMap;
import dev.conclave.core.electorate.Electorate.Seen;
import dev.conclave.core.electorate.ElectorateMessage.AskRegisters;
import dev.conclave.core.electorate.ElectorateMessage.RegisterVersions;
import java.util.Optional;

/**
 * How far a voter has read the registers of the voters of the configuration before its own (U7). Without registers nothing is
 * read: a former voter says that it has none together with the configuration that it obeys.
 *
 * @param number the configuration that this node obeys
 * @param read how far each former voter was read
 * @param asksAt when the former voters that are not wholly read are asked again
 */
public record CatchUp(int number, PeerMap<Progress> read, long asksAt) {

    /** Nothing is read yet. */
    static final CatchUp NOTHING = new CatchUp(-1, PeerMap.empty(), Long.MIN_VALUE);

    /**
     * How far one former voter was read.
     *
     * @param after the last election whose entry, or a newer one, is on this node's disk; empty for none
     * @param isWhole whether there are no more
     */
    public record Progress(Optional<ElectionName> after, boolean isWhole) {
        static final Progress NOTHING = new Progress(Optional.empty(), false);
    }

    private CatchUp under(int obeyed) {
        return obeyed == number ? this : new CatchUp(obeyed, PeerMap.empty(), Long.MIN_VALUE);
    }

    /**
     * U7: whether each quorum of the former voters has a member that obeys the present configuration and whose registers this node
     * has on disk.
     */
    static boolean isDone(ElectorateStep step) {
        Configuration current = step.durable.configuration().orElseThrow();
        CatchUp done = step.catchUp.under(current.number());
        int needed = (current.previous().size() + 1) / 2;
        int have = 0;
        for (PeerId former : current.previous().keySet()) {
            have += done.isRead(step, current, former) ? 1 : 0;
        }
        return have >= needed;
    }

    private boolean isRead(ElectorateStep step, Configuration current, PeerId former) {
        if (former.equals(step.self.id())) {
            return step.self.identity().equals(current.previous().get(former));
        }
        Seen said = step.seen.get(former);
        return said != null
                && obeys(current, former, said)
                && (!said.registers() || read.getOrDefault(former, Progress.NOTHING).isWhole);
    }

    private static boolean obeys(Configuration current, PeerId former, Seen said) {
        return said.group() == current.group()
                && said.obeyed() >= current.number()
                && said.identity().equals(current.previous().get(former));
    }

    /** Asks the former voters whose registers are not read yet, at most each half of H. */
    static void ask(ElectorateStep step) {
        Configuration current = step.durable.configuration().orElseThrow();
        CatchUp now = step.catchUp.under(current.number());
        step.catchUp = now;
        if (step.now < now.asksAt || isDone(step)) {
            return;
        }
        step.catchUp =
                new CatchUp(now.number, now.read, step.now + step.settings().heartbeatNanos() / 2);
        for (PeerId former : current.previous().keySet()) {
            if (!former.equals(step.self.id()) && !now.isRead(step, current, former)) {
                now.ask(step, current, former);
            }
        }
    }

    private void ask(ElectorateStep step, Configuration current, PeerId former) {
        Seen said = step.seen.get(former);
        if (said != null && obeys(current, former, said)) {
            step.tell(
                    former,
                    new AskRegisters(current.group(), number, read.getOrDefault(former, Progress.NOTHING).after));
        } else {
            step.tell(former, step.holds(true));
        }
    }

    /** Nothing more is asked until another change wants it. */
    CatchUp rests() {
        return new CatchUp(number, read, Long.MIN_VALUE);
    }

    static void asked(ElectorateStep step, PeerId from, AskRegisters asked) {
        if (asked.group() == step.durable.group()
                && asked.number() == step.durable.number()
                && step.obeyed == asked.number()) {
            step.effect(new ElectorateEffect.ListRegisters(from, asked.group(), asked.number(), asked.after()));
        }
    }

    static void listed(ElectorateStep step, PeerId from, RegisterVersions listed) {
        Configuration current = step.durable.configuration().orElseThrow();
        if (step.catchUp.under(current.number()).isNext(current, from, listed)) {
            step.effect(new ElectorateEffect.FetchRegisters(from, listed));
        }
    }

    /** Whether the versions are of the present configuration and follow those of this peer that are read. */
    private boolean isNext(Configuration current, PeerId from, RegisterVersions listed) {
        return listed.group() == current.group()
                && listed.number() == current.number()
                && listed.after().equals(read.getOrDefault(from, Progress.NOTHING).after);
    }

    /** All of these entries, or newer ones, are on this node's disk: asks for the next ones. */
    static void held(ElectorateStep step, PeerId from, RegisterVersions listed) {
        Configuration current = step.durable.configuration().orElseThrow();
        CatchUp now = step.catchUp.under(current.number());
        if (!now.isNext(current, from, listed)) {
            return;
        }
        Optional<ElectionName> last = listed.versions().isEmpty()
                ? listed.after()
                : Optional.of(listed.versions().lastKey());
        CatchUp further = new CatchUp(now.number, now.read.with(from, new Progress(last, listed.isLast())), now.asksAt);
        step.catchUp = further;
        if (!listed.isLast()) {
            further.ask(step, current, from);
        }
    }
}

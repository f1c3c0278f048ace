package dev.conclave.explore.mutants;

import dev.conclave.core.PeerId;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.RegisterVersion;
import dev.conclave.core.peer.Candidate;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.Input;
import dev.conclave.core.peer.Leader;
import dev.conclave.core.peer.LeaderRegister;
import dev.conclave.core.peer.Message;
import dev.conclave.core.peer.Peer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Faults in the register: U1 to U5 and U10. */
final class RegisterFaults {

    private RegisterFaults() {}

    private static final Input NOTHING = new Input.Resumed(Long.MIN_VALUE);

    private static Peer.Step adding(Peer.Step step, Effect more) {
        List<Effect> effects = new ArrayList<>(step.effects());
        effects.add(more);
        return new Peer.Step(step.peer(), effects);
    }

    private static Leader leading(Leader l, LeaderRegister register) {
        return new Leader(
                l.givesUpAt(),
                l.leaseUntil(),
                l.announced(),
                l.retiring(),
                l.acks(),
                l.roundAt(),
                l.beatAt(),
                l.named(),
                register);
    }

    private static LeaderRegister settled(Leader l, RegisterEntry as, Optional<LeaderRegister.Write> write) {
        return new LeaderRegister(
                as.version(),
                Optional.of(as),
                0,
                true,
                Optional.of(as),
                write,
                l.register().givesUpAt());
    }

    /** The entry that a winner would write as (its term, 0). */
    private static RegisterEntry repeated(Peer winner) {
        return new RegisterEntry(
                RegisterVersion.first(winner.ballot().term()),
                winner.register().entry().value());
    }

    private static PeerId sender(Input input) {
        return ((Input.Received) input).from();
    }

    private static RegisterEntry entry(Input input) {
        return ((Message.StoreRegister) ((Input.Received) input).message()).entry();
    }

    /** U1: acknowledges an entry that is not yet on disk. */
    static final class StoresInMemoryOnly extends FaultyCore {
        @Override
        Peer.Step after(Peer before, Peer.Step step, long now, Input input) {
            if (isA(input, Message.StoreRegister.class)
                    && entry(input).version().term() == step.peer().ballot().term()) {
                RegisterVersion version = entry(input).version();
                return adding(
                        step,
                        new Effect.Send(sender(input), new Message.RegisterStored(version.term(), version.count())));
            }
            return step;
        }
    }

    /** U2: the winner takes its own entry, whatever its votes name. */
    static final class TakesItsOwnOnly extends FaultyCore {
        @Override
        Input heard(Peer peer, long now, Input input) {
            if (isA(input, Message.StoreRegister.class)
                    && entry(input).version().term() < peer.ballot().term()) {
                return NOTHING;
            }
            return isA(input, Message.VoteGranted.class)
                    ? saying(input, m -> new Message.VoteGranted(m.term(), ((Message.VoteGranted) m).life()))
                    : input;
        }
    }

    /** U2: a pushed vote names nothing. */
    static final class PushedVotesNameNothing extends FaultyCore {
        @Override
        Input heard(Peer peer, long now, Input input) {
            boolean isPushed = isA(input, Message.VoteGranted.class)
                    && !(peer.role() instanceof Candidate c && c.phase() == Candidate.Phase.STANDING);
            return isPushed
                    ? saying(input, m -> new Message.VoteGranted(m.term(), ((Message.VoteGranted) m).life()))
                    : input;
        }
    }

    /** U3: the winner announces itself before a quorum has stored what it repeats. */
    static final class LeadsBeforeItRepeats extends FaultyCore {
        @Override
        Peer.Step after(Peer before, Peer.Step step, long now, Input input) {
            return step.peer().role() instanceof Leader l
                            && !l.announced()
                            && l.register().issued().isPresent()
                            && !l.register().isDone()
                    ? give(
                            step,
                            with(
                                    step.peer(),
                                    leading(l, settled(l, l.register().issued().get(), Optional.empty()))))
                    : step;
        }
    }

    /** U3: the winner repeats nothing if all its votes name what it has itself. */
    static final class RepeatsOnlyWhatDiffers extends FaultyCore {
        @Override
        Peer.Step after(Peer before, Peer.Step step, long now, Input input) {
            return step.peer().role() instanceof Leader l
                            && !(before.role() instanceof Leader)
                            && l.register()
                                    .needed()
                                    .equals(before.register().entry().version())
                            && l.register().needed().exists()
                    ? give(step, with(step.peer(), leading(l, settled(l, repeated(step.peer()), Optional.empty()))))
                    : step;
        }
    }

    /** U4: a write is done when the leader has stored it. */
    static final class DoneAtTheLeader extends FaultyCore {
        @Override
        Peer before(Peer peer, long now, Input input) {
            if (peer.role() instanceof Leader l
                    && input instanceof Input.RegisterPersisted
                    && l.announced()
                    && l.register().write().isPresent()) {
                long all = (1L << peer.self().settings().voters().size()) - 1;
                LeaderRegister r = l.register();
                return with(
                        peer,
                        leading(
                                l,
                                new LeaderRegister(
                                        r.needed(), r.issued(), all, r.isDone(), r.truth(), r.write(), r.givesUpAt())));
            }
            return peer;
        }
    }

    /** U4: says of a write that is under way when the leadership ends that it was refused. */
    static final class UnknownIsNo extends FaultyCore {
        @Override
        Peer.Step after(Peer before, Peer.Step step, long now, Input input) {
            return give(
                    step,
                    effect -> effect instanceof Effect.RegisterUnknown unknown
                            ? new Effect.RegisterRefused(unknown.id(), Effect.RegisterRefusal.NOT_LEADER)
                            : effect);
        }
    }

    /** U5: reads what it has written last, done or not. */
    static final class ReadsWhatIsNotDone extends FaultyCore {
        @Override
        Peer.Step after(Peer before, Peer.Step step, long now, Input input) {
            if (step.peer().role() instanceof Leader l && l.announced()) {
                LeaderRegister r = l.register();
                return give(
                        step,
                        with(
                                step.peer(),
                                leading(
                                        l,
                                        new LeaderRegister(
                                                r.needed(),
                                                r.issued(),
                                                r.storedBy(),
                                                r.isDone(),
                                                r.issued(),
                                                r.write(),
                                                r.givesUpAt()))));
            }
            return step;
        }
    }

    /** Shows an entry to subscribers when it is stored. */
    static final class ShowsWhatItStores extends FaultyCore {
        @Override
        Peer.Step after(Peer before, Peer.Step step, long now, Input input) {
            RegisterEntry held = step.peer().register().entry();
            return isA(input, Message.StoreRegister.class)
                            && held.isAbove(before.register().entry())
                    ? adding(step, new Effect.RegisterChanged(held))
                    : step;
        }
    }

    /** U10: the first write does not wait until a quorum knows that there is a register. */
    static final class WritesBeforeItFounds extends FaultyCore {
        @Override
        Peer before(Peer peer, long now, Input input) {
            if (input instanceof Input.WriteRegister
                    && peer.role() instanceof Leader l
                    && l.register().issued().isEmpty()) {
                RegisterEntry empty =
                        new RegisterEntry(RegisterVersion.first(peer.ballot().term()), Optional.empty());
                return with(peer, leading(l, settled(l, empty, Optional.empty())));
            }
            return peer;
        }
    }
}

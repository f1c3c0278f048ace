package dev.conclave.core.peer;

import dev.conclave.core.PeerId;
import dev.conclave.core.Quorum;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.RegisterValue;
import dev.conclave.core.RegisterVersion;
import java.util.Optional;

/** The rules of the register (U1 to U10): how a peer stores entries, and how a leader writes and reads. */
final class Registers {

    private Registers() {}

    // ---- any peer

    /**
     * U1: stores an entry that is newer than what this peer has. Only one whose term is not below the ballot is acknowledged: a
     * vote that was cast in a higher term has named what this peer had stored by then. An older entry is kept as well, since the
     * winner of a vote may need it and versions never go back.
     */
    static void onStore(PeerStep step, PeerId from, RegisterEntry entry) {
        if (!step.takesPart) {
            return;
        }
        long term = entry.version().term();
        if (term > step.ballot.term()) {
            step.role.meet(step, term);
        }
        confirmBefore(step, entry.version());
        boolean isAcknowledged = term == step.ballot.term() && step.isVoter();
        if (entry.isAbove(step.register.entry())) {
            step.store(entry, isAcknowledged ? Optional.of(from) : Optional.empty());
            lead(step);
        } else if (isAcknowledged && entry.version().equals(step.register.version())) {
            step.register = step.register.owingTo(Optional.of(from));
            acknowledge(step);
        }
    }

    /** U4: a leader writes one value at a time, so the write before this one has been stored by a quorum. */
    private static void confirmBefore(PeerStep step, RegisterVersion next) {
        RegisterVersion held = step.register.version();
        if (held.exists() && next.follows(held)) {
            confirm(step);
        }
    }

    /** A quorum has stored the entry that this peer has: its subscribers may see it. */
    private static void confirm(PeerStep step) {
        RegisterEntry entry = step.register.entry();
        boolean isNew = !entry.equals(step.register.confirmed());
        step.register = step.register.confirmed(entry, step.now);
        if (isNew) {
            step.effect(new Effect.RegisterChanged(entry));
        }
    }

    /** Handles the part of a heartbeat that concerns the register: confirms the entry that this peer has, or asks for a newer one. */
    static void onHeartbeat(PeerStep step, PeerId from, Message.Heartbeat heartbeat) {
        if (heartbeat.written() < 0 || !step.takesPart) {
            return;
        }
        RegisterVersion held = step.register.version();
        if (heartbeat.done() >= 0 && held.equals(new RegisterVersion(heartbeat.term(), heartbeat.done()))) {
            confirm(step);
        }
        if (new RegisterVersion(heartbeat.term(), heartbeat.written()).isAbove(held)
                && step.now >= step.register.asksAt()) {
            // The entry itself may be on its way.
            boolean isFirstHint = step.register.asksAt() == Long.MIN_VALUE;
            long wait = isFirstHint
                    ? step.self.settings().heartbeatNanos() / 2
                    : step.self.settings().electionNanos();
            step.register = step.register.askingAgainAt(step.now + wait);
            if (!isFirstHint) {
                step.send(from, new Message.RequestRegister(step.ballot.term(), held));
            }
        }
    }

    /** The number of the newest entry of the term that is durable here, for an acknowledgement; -1 if there is none. */
    static long stored(PeerStep step, long term) {
        RegisterVersion durable = step.register.durable();
        return durable.term() == term && term > 0 ? durable.count() : -1;
    }

    /** U2: sends the entry of this peer to one that has an older one. */
    static void offer(PeerStep step, PeerId to, RegisterVersion known) {
        if (step.takesPart && step.register.version().isAbove(known)) {
            step.send(to, new Message.StoreRegister(step.register.entry()));
        }
    }

    static void becameDurable(PeerStep step, RegisterVersion version) {
        if (version.isAbove(step.register.durable())) {
            step.register = step.register.durableUpTo(version);
        }
        acknowledge(step);
        lead(step);
    }

    private static void acknowledge(PeerStep step) {
        HeldRegister held = step.register;
        if (held.owesTo().isPresent() && held.isDurable()) {
            step.register = held.owingTo(Optional.empty());
            step.send(
                    held.owesTo().get(),
                    new Message.RegisterStored(
                            held.version().term(), held.version().count()));
        }
    }

    // ---- a leader

    /** U3: a winner first repeats the newest value that it knows of. */
    static LeaderRegister ofWinner(PeerStep step, RegisterVersion votes, long givesUpAt) {
        return LeaderRegister.of(votes.max(step.register.version()), givesUpAt);
    }

    /** Continues: repeats what was found once it is here, and counts who has stored the newest entry. */
    static void lead(PeerStep step) {
        if (!(step.role instanceof Leader leader)) {
            return;
        }
        LeaderRegister register = leader.register();
        if (register.issued().isEmpty()) {
            if (register.needed().exists() && !register.needed().isAbove(step.register.version())) {
                issue(
                        step,
                        RegisterVersion.first(step.ballot.term()),
                        step.register.entry().value());
            }
            return;
        }
        RegisterEntry issued = register.issued().get();
        long own = issued.version().isAbove(step.register.durable()) ? 0 : step.bit(step.self.id());
        if (!register.isDone()
                && Long.bitCount(register.storedBy() | own)
                        >= Quorum.of(step.self.settings().voters().size())) {
            done(step, leader, issued);
        }
    }

    private static void done(PeerStep step, Leader leader, RegisterEntry entry) {
        LeaderRegister register = leader.register().done();
        Optional<LeaderRegister.Write> write = register.write();
        boolean isWritten = write.isPresent() && write.get().isIssued();
        step.role = leader.withRegister(isWritten ? register.writing(Optional.empty()) : register);
        confirm(step);
        if (isWritten) {
            step.effect(new Effect.RegisterWritten(write.get().id(), entry.version()));
        } else if (write.isPresent()) {
            issueWrite(step, write.get());
        }
    }

    private static void issue(PeerStep step, RegisterVersion version, Optional<RegisterValue> value) {
        RegisterEntry entry = new RegisterEntry(version, value);
        Leader leader = (Leader) step.role;
        step.role = leader.withRegister(leader.register().issuing(entry));
        step.store(entry, Optional.empty());
        step.sendToAll(new Message.StoreRegister(entry));
    }

    private static void issueWrite(PeerStep step, LeaderRegister.Write write) {
        Leader leader = (Leader) step.role;
        LeaderRegister register = leader.register();
        step.role = leader.withRegister(
                register.writing(Optional.of(new LeaderRegister.Write(write.id(), write.value(), true))));
        issue(step, register.issued().orElseThrow().version().next(), write.value());
    }

    /** Asks the voters for the entry that a vote has named, until it is here. */
    static void askForNeeded(PeerStep step) {
        Leader leader = (Leader) step.role;
        if (leader.register().issued().isEmpty() && leader.register().needed().isAbove(step.register.version())) {
            step.sendToVoters(new Message.RequestRegister(step.ballot.term(), step.register.version()));
        }
    }

    static void onStored(PeerStep step, PeerId from, long term, long count) {
        if (count < 0
                || !(step.role instanceof Leader leader)
                || term != step.ballot.term()
                || step.bit(from) == 0
                || leader.register().issued().isEmpty()
                || leader.register().issued().get().version().count() != count) {
            return;
        }
        step.role =
                leader.withRegister(leader.register().storedBy(leader.register().storedBy() | step.bit(from)));
        lead(step);
    }

    /**
     * U4 and U10: begins a write of an announced leader. The first write in an election without a register first founds it: an
     * empty entry must be stored by a quorum, so that each later leader knows that there may be values.
     */
    static void write(PeerStep step, long term, long id, Optional<RegisterValue> value) {
        if (!(step.role instanceof Leader leader) || !leader.announced() || term != step.ballot.term()) {
            step.effect(new Effect.RegisterRefused(id, Effect.RegisterRefusal.NOT_LEADER));
            return;
        }
        if (leader.register().write().isPresent()) {
            step.effect(new Effect.RegisterRefused(id, Effect.RegisterRefusal.BUSY));
            return;
        }
        LeaderRegister.Write write = new LeaderRegister.Write(id, value, false);
        step.role = leader.withRegister(leader.register().writing(Optional.of(write)));
        if (leader.register().issued().isEmpty()) {
            issue(step, RegisterVersion.first(step.ballot.term()), Optional.empty());
            lead(step);
        } else if (leader.register().isDone()) {
            issueWrite(step, write);
            lead(step);
        }
    }

    /** U5: reads at an announced leader, which holds its lease at this instant; a peer that follows asks its leader. */
    static void read(PeerStep step, long id) {
        Optional<RegisterEntry> truth = truth(step);
        if (truth.isEmpty() && step.told.isPresent()) {
            step.send(step.told.get().leader(), new Message.ReadRegister(step.ballot.term(), id));
        } else {
            step.effect(new Effect.RegisterRead(id, truth));
        }
    }

    /** U5: answers a read of another peer. */
    static void onRead(PeerStep step, PeerId from, Message.ReadRegister asked) {
        step.send(from, new Message.RegisterTruth(step.ballot.term(), asked.id(), truth(step)));
    }

    private static Optional<RegisterEntry> truth(PeerStep step) {
        return step.role instanceof Leader leader && leader.announced()
                ? Optional.of(leader.register().truth().orElse(RegisterEntry.NONE))
                : Optional.empty();
    }

    /** U4: the leadership ends: a write of which other peers may have heard is neither done nor refused. */
    static void end(PeerStep step, LeaderRegister register) {
        if (register.write().isPresent()) {
            LeaderRegister.Write write = register.write().get();
            step.effect(
                    write.isIssued()
                            ? new Effect.RegisterUnknown(write.id())
                            : new Effect.RegisterRefused(write.id(), Effect.RegisterRefusal.NOT_LEADER));
        }
    }
}

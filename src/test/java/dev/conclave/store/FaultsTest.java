package dev.conclave.store;

import static dev.conclave.store.Samples.HEAD;
import static dev.conclave.store.Samples.LONG;
import static dev.conclave.store.Samples.ORDERS;
import static dev.conclave.store.Samples.STOCK;
import static dev.conclave.store.Samples.accepted;
import static dev.conclave.store.Samples.promised;
import static dev.conclave.store.Samples.vote;
import static dev.conclave.store.Samples.withoutCleo;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.Ballot;
import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.ElectionName;
import dev.conclave.core.node.JournalHead;
import dev.conclave.store.FakeDisk.Fault;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A life makes all kinds of requests to a journal, and each operation on the disk fails in turn, in each way that {@link
 * Fault} names; then the process dies, or the power fails too; then another life starts, and the power fails during that
 * one. Every life must open, and must read every save that was ever acknowledged or shown.
 */
class FaultsTest {

    private static final int SEEDS = 4;

    /** Journals are small, so that the saves of this life rewrite the journal twice. */
    private static final int LEAST_LENGTH = 4 * SectorFormat.SIZE;

    /** The acknowledged saves, which the next life must read again. */
    private static final class Witness {

        private final Map<ElectionName, List<Ballot>> asked = new HashMap<>();
        private final Map<ElectionName, Ballot> told = new HashMap<>();
        private final List<JournalHead> heads = new ArrayList<>();
        private final Set<ElectionName> toForget = new HashSet<>();
        private int headTold = -1;
        private int drawn;

        /** A new identity is drawn only as long as none was acknowledged. */
        JournalHead decide(Optional<JournalHead> found) {
            if (found.isEmpty()) {
                assertThat(headTold)
                        .as("an acknowledged directory is found again")
                        .isNegative();
                drawn++;
                heads.clear();
                heads.add(new JournalHead(HEAD.self(), new DirectoryIdentity(drawn), HEAD.electorate(), 1));
                return heads.get(0);
            }
            assertThat(heads.subList(Math.max(headTold, 0), heads.size())).contains(found.get());
            return found.get();
        }

        void ask(JournalHead head) {
            heads.add(head);
        }

        void tell(JournalHead head) {
            headTold = heads.lastIndexOf(head);
            assertThat(headTold).isNotNegative();
        }

        void ask(ElectionName election, Ballot ballot) {
            asked.computeIfAbsent(election, none -> new ArrayList<>()).add(ballot);
        }

        void tell(ElectionName election, Ballot ballot) {
            told.put(election, ballot);
        }

        void askToForget(Set<ElectionName> needed) {
            toForget.addAll(told.keySet());
            toForget.removeAll(needed);
        }

        /** S2: no ballot goes back, not even one that may be forgotten, and no ballot exists that was never requested. */
        void see(JournalWriter writer) throws IOException {
            tell(writer.head());
            Map<ElectionName, Ballot> found = writer.ballots();
            for (ElectionName election : told.keySet()) {
                if (!found.containsKey(election)) {
                    assertThat(toForget).contains(election);
                    CompletableFuture<Ballot> begins = new CompletableFuture<>();
                    writer.serve(List.of(new StoreRequest.TellBallot(election, begins)))
                            .forEach(Runnable::run);
                    assertThat(begins.join().term())
                            .isGreaterThanOrEqualTo(told.get(election).term());
                    assertThat(begins.join().votedFor()).isEmpty();
                }
            }
            found.forEach((election, ballot) -> {
                assertThat(asked.get(election)).contains(ballot);
                assertThat(ballot.term())
                        .isGreaterThanOrEqualTo(
                                told.getOrDefault(election, Ballot.NONE).term());
                told.put(election, ballot);
            });
        }
    }

    /** One life: a writer, and the record of its answers. */
    private record Life(JournalWriter writer, Witness witness) {

        static Life begin(FakeDisk disk, Witness witness) throws IOException {
            JournalWriter writer = JournalWriter.open(disk.directory(), witness::decide, nanos -> {}, LEAST_LENGTH);
            witness.see(writer);
            return new Life(writer, witness);
        }

        void save(Map<ElectionName, Ballot> ballots) throws IOException {
            List<StoreRequest> batch = new ArrayList<>();
            ballots.forEach((election, ballot) -> {
                witness.ask(election, ballot);
                batch.add(new StoreRequest.SaveBallot(election, ballot, new CompletableFuture<>()));
            });
            serve(batch);
            ballots.forEach(witness::tell);
        }

        void save(JournalHead head) throws IOException {
            witness.ask(head);
            serve(List.of(new StoreRequest.SaveHead(head, new CompletableFuture<>())));
            witness.tell(head);
        }

        void forget(Set<ElectionName> needed, int most) throws IOException {
            witness.askToForget(needed);
            serve(List.of(new StoreRequest.Forget(needed, most, new CompletableFuture<>())));
            witness.see(writer);
        }

        private void serve(List<StoreRequest> batch) throws IOException {
            writer.serve(batch).forEach(Runnable::run);
            assertThat(batch).allMatch(request -> request.answer().isDone());
            assertThat(batch).noneMatch(request -> request.answer().isCompletedExceptionally());
        }
    }

    private static Map<ElectionName, Ballot> many(int count, long term) {
        Map<ElectionName, Ballot> ballots = new HashMap<>();
        for (int i = 0; i < count; i++) {
            ballots.put(new ElectionName(i + "x".repeat(190)), vote(term));
        }
        return ballots;
    }

    /** A whole life: small and large batches, a promise, an acceptance and the next configuration (E6), a file that is full and one that
     * is nearly full. */
    private static void live(FakeDisk disk, Witness witness) throws IOException {
        Life life = Life.begin(disk, witness);
        JournalHead head = life.writer.head();
        life.save(Map.of(ORDERS, vote(1)));
        life.save(Map.of(ORDERS, vote(2), STOCK, Ballot.learned(4), LONG, vote(1)));
        life.save(promised(head, 1));
        life.save(many(12, 1));
        life.save(Map.of(STOCK, vote(5)));
        life.save(accepted(head, 2));
        life.save(withoutCleo(head));
        life.save(Map.of(ORDERS, vote(7)));
        for (int term = 5; term <= 10; term++) {
            life.save(many(40, term));
            if (term > 7) {
                life.writer.makeRoom();
            }
        }
        life.save(Map.of(ORDERS, vote(8)));
        life.forget(Set.of(STOCK), 3);
        life.save(Map.of(LONG, vote(11), STOCK, vote(6)));
        life.writer.close();
    }

    @ParameterizedTest
    @EnumSource
    void anAcknowledgedSaveSurvivesEachFaultAtEachOperation(Fault fault) throws IOException {
        FakeDisk sound = new FakeDisk(0);
        live(sound, new Witness());
        for (int operation = 1; operation <= sound.operations(); operation++) {
            for (int seed = 0; seed < SEEDS; seed++) {
                FakeDisk disk = new FakeDisk(seed);
                Witness witness = new Witness();
                disk.breakAt(operation, fault);
                try {
                    live(disk, witness);
                } catch (IOException expected) {
                    assertThat(fault).isNotEqualTo(Fault.SHORT);
                }
                disk.healed();
                end(disk, seed % 2 == 0);
                Life.begin(disk, witness);
                disk.losePower();
                Life next = Life.begin(disk, witness);
                next.save(Map.of(ORDERS, vote(20 + seed)));
                disk.losePower();
                Life.begin(disk, witness);
            }
        }
    }

    private static void end(FakeDisk disk, boolean power) {
        if (power) {
            disk.losePower();
        } else {
            disk.kill();
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAcknowledgedSaveSurvivesEachFaultAtEachOperationOfAnOpening(Fault fault) throws IOException {
        FakeDisk sound = new FakeDisk(0);
        Witness first = new Witness();
        live(sound, first);
        int before = sound.operations();
        Life.begin(sound, first).writer.close();
        for (int operation = 1; operation <= sound.operations() - before; operation++) {
            for (int seed = 0; seed < SEEDS; seed++) {
                FakeDisk disk = new FakeDisk(seed);
                Witness witness = new Witness();
                live(disk, witness);
                disk.breakAt(operation, fault);
                try {
                    Life.begin(disk, witness).writer.close();
                } catch (IOException expected) {
                    assertThat(fault).isNotEqualTo(Fault.SHORT);
                }
                disk.healed();
                end(disk, seed % 2 == 0);
                Life.begin(disk, witness);
                disk.losePower();
                Life.begin(disk, witness);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aProcessThatSurvivesAFaultLeavesNoUnfinishedFile(Fault fault) throws IOException {
        FakeDisk sound = new FakeDisk(0);
        live(sound, new Witness());
        for (int operation = 1; operation <= sound.operations(); operation++) {
            FakeDisk disk = new FakeDisk(1);
            disk.breakAt(operation, fault);
            try {
                live(disk, new Witness());
            } catch (FakeDisk.Killed killed) {
                continue;
            } catch (IOException failed) {
                assertThat(failed).hasMessage("Input/output error");
            }
            assertThat(disk.names()).isSubsetOf("journal");
        }
    }
}

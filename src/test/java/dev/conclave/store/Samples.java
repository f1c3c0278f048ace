package dev.conclave.store;

import dev.conclave.core.Ballot;
import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.Settings;
import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.electorate.RoundBallot;
import dev.conclave.core.electorate.StoredElectorate;
import dev.conclave.core.electorate.StoredElectorate.Acceptance;
import dev.conclave.core.node.JournalHead;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** Peers, elections and heads for tests. */
final class Samples {

    static final PeerId ANNA = PeerId.parse("10.0.0.1:2551");
    static final PeerId BERT = PeerId.parse("10.0.0.2:2551");
    static final PeerId CLEO = PeerId.parse("[2001:db8::1]:2551");

    static final ElectionName ORDERS = new ElectionName("orders");
    static final ElectionName STOCK = new ElectionName("stock/eu:1 ✓");
    static final ElectionName LONG = new ElectionName("n".repeat(ElectionName.MAX_BYTES));

    private static final DirectoryIdentity HERS = new DirectoryIdentity(0x9f86d081884c7d65L);

    /** Configuration 0, of Anna, Bert and Cleo. */
    static final Configuration FOUNDED = Configuration.founding(
            0x3f2a_0000_0000_9c41L,
            Map.of(ANNA, HERS, BERT, identity(2), CLEO, identity(3)),
            new Settings(List.of(ANNA, BERT, CLEO), 100_000_000L, 1_000_000_000L, 0.01),
            0,
            ANNA.toString());

    /** Of Anna, under configuration 0. */
    static final JournalHead HEAD = new JournalHead(ANNA, HERS, StoredElectorate.EMPTY.storing(FOUNDED), 1);

    private Samples() {}

    /** Keeps the head that a directory has; a new directory gets {@link #HEAD}. */
    static JournalHeadCheck keep() {
        return found -> found.orElse(HEAD);
    }

    static DirectoryIdentity identity(long which) {
        return new DirectoryIdentity(which * 0x1234_5678_9abc_def1L);
    }

    static RoundBallot round(long counter) {
        return new RoundBallot(counter, identity(2), 77);
    }

    /** The head, with a promise for the next configuration (E6). */
    static JournalHead promised(JournalHead head, long counter) {
        StoredElectorate was = head.electorate();
        return head.with(new StoredElectorate(
                was.configuration(), was.longestElectionNanos(), round(counter), was.accepted(), was.founder()));
    }

    /** The head, having accepted a next configuration without Cleo (E6). */
    static JournalHead accepted(JournalHead head, long counter) {
        StoredElectorate was = head.electorate();
        return head.with(new StoredElectorate(
                was.configuration(),
                was.longestElectionNanos(),
                round(counter),
                Optional.of(new Acceptance(round(counter), FOUNDED.removing(CLEO, 1_234, "the operator"))),
                was.founder()));
    }

    /** The head under configuration 1, without Cleo. */
    static JournalHead withoutCleo(JournalHead head) {
        return head.with(head.electorate().storing(FOUNDED.removing(CLEO, 1_234, "the operator")));
    }

    static Ballot vote(long term) {
        return Ballot.vote(term, term % 2 == 0 ? BERT : CLEO);
    }

    /** Waits for a stage; throws the failure of a stage that failed. */
    static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof StoreException why) {
                throw why;
            }
            throw failed;
        }
    }
}

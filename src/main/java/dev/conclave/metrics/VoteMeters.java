package dev.conclave.metrics;

import dev.conclave.core.peer.Message;
import io.micrometer.core.instrument.Counter;

/** Counts answers to requests for votes: granted, refused for loyalty (R6), or refused because of the term (R2). */
final class VoteMeters {

    private final Kind votes;
    private final Kind preVotes;

    private record Kind(Counter granted, Counter loyal, Counter term) {
        static Kind of(RemovableMeters own, String name, String description, String kind) {
            RemovableMeters ofKind = own.with("kind", kind);
            return new Kind(
                    ofKind.with("answer", "granted").counter(name, description),
                    ofKind.with("answer", "refused-loyal").counter(name, description),
                    ofKind.with("answer", "refused-term").counter(name, description));
        }

        /**
         * A voter that refuses a term above its own is loyal to a leader; otherwise it has used its vote in that term or a later
         * one.
         */
        void refused(long own, long asked) {
            (asked > own ? loyal : term).increment();
        }
    }

    VoteMeters(RemovableMeters own, String name, String description) {
        this.votes = Kind.of(own, name, description, "vote");
        this.preVotes = Kind.of(own, name, description, "pre-vote");
    }

    /** Counts the message if it is an answer to a request for a vote or a pre-vote. */
    void count(Message message) {
        if (message instanceof Message.VoteGranted) {
            votes.granted.increment();
        } else if (message instanceof Message.VoteRefused no) {
            votes.refused(no.term(), no.asked());
        } else if (message instanceof Message.PreVoteGranted) {
            preVotes.granted.increment();
        } else if (message instanceof Message.PreVoteRefused no) {
            preVotes.refused(no.term(), no.asked());
        }
    }
}

package dev.conclave.node.operate;

import dev.conclave.node.operate.NodeClient.Asked;
import dev.conclave.node.operate.Survey.Answer;
import dev.conclave.node.operate.Survey.Reply;
import dev.conclave.status.ElectionDetails;
import dev.conclave.status.ElectionRow;
import dev.conclave.status.ElectionStatusPage;
import dev.conclave.status.NodeStatus;
import dev.conclave.status.NodeStatus.VoterStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/** Asks nodes for their status, all at the same time, and then the voters that they name. */
final class Surveyor {

    /** The nodes that were given, the voters that these know, and those that only the latter know. */
    private static final int ROUNDS = 3;

    private static final int MOST_ASKED_AGAIN = 20;

    private final NodeClient client;

    Surveyor(NodeClient client) {
        this.client = client;
    }

    /**
     * The questions to a node beside a node's own state.
     *
     * @param election one election in detail
     * @param most how many elections to list beside those without a leader; empty for no list
     */
    record Question(Optional<String> election, OptionalInt most) {

        static final Question NODES_ONLY = new Question(Optional.empty(), OptionalInt.empty());

        static Question about(String election) {
            return new Question(Optional.of(election), OptionalInt.empty());
        }

        static Question elections(int most) {
            return new Question(Optional.empty(), OptionalInt.of(most));
        }
    }

    Survey ask(List<HttpAddress> at, Question question) throws InterruptedException {
        Map<HttpAddress, Reply> replies = new LinkedHashMap<>();
        Set<HttpAddress> next = new LinkedHashSet<>(at);
        for (int round = 0; round < ROUNDS && !next.isEmpty(); round++) {
            List<Pending> pending = next.stream()
                    .map(door -> new Pending(client, door, question))
                    .toList();
            for (Pending one : pending) {
                replies.put(one.door, one.reply());
            }
            next = unasked(replies);
        }
        if (question.most().isPresent()) {
            askForLeaders(replies);
        }
        return Survey.of(replies);
    }

    /**
     * Asks the other nodes about elections of which the nodes that list them know no leader: the list of another node may be too
     * short for an election that has one.
     */
    private void askForLeaders(Map<HttpAddress, Reply> replies) throws InterruptedException {
        List<String> leaderless = Survey.of(replies).elections().stream()
                .filter(ElectionView::isLeaderless)
                .map(ElectionView::name)
                .limit(MOST_ASKED_AGAIN)
                .toList();
        long giveUpAt = System.nanoTime() + client.limit().toNanos();
        for (String name : leaderless) {
            if (System.nanoTime() - giveUpAt > 0) {
                return;
            }
            Map<HttpAddress, Asked<ElectionDetails>> asked = new LinkedHashMap<>();
            for (Reply reply : replies.values()) {
                if (reply.answer().isPresent() && !reply.answer().get().lists(name)) {
                    asked.put(reply.address(), details(client, reply.address(), name));
                }
            }
            for (var one : asked.entrySet()) {
                try {
                    ElectionRow row = row(one.getValue().answer());
                    replies.computeIfPresent(one.getKey(), (door, reply) -> reply.with(row));
                } catch (NodeFailure unknown) {
                    // The node does not know the election, or does not answer any more: the others count.
                }
            }
        }
    }

    private static Asked<ElectionDetails> details(NodeClient client, HttpAddress door, String election) {
        return client.get(door, "elections/" + NodeClient.segment(election), ElectionDetails.class);
    }

    private static ElectionRow row(ElectionDetails seen) {
        return new ElectionRow(
                seen.name(),
                seen.role(),
                seen.leader(),
                seen.term(),
                seen.since(),
                seen.leaseLeftMillis(),
                seen.stands(),
                seen.joined(),
                seen.ofLease());
    }

    /** The doors of voters that have not answered yet and were not asked. */
    private static Set<HttpAddress> unasked(Map<HttpAddress, Reply> replies) {
        List<NodeStatus> known = replies.values().stream()
                .flatMap(reply -> reply.answer().stream())
                .map(Answer::status)
                .toList();
        Set<String> answered = known.stream().map(NodeStatus::self).collect(Collectors.toSet());
        return known.stream()
                .flatMap(status -> status.voters().stream())
                .filter(voter -> !answered.contains(voter.name()))
                .flatMap(voter -> addressOf(voter).stream())
                .filter(door -> !replies.containsKey(door))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    static Optional<HttpAddress> addressOf(VoterStatus voter) {
        try {
            return voter.http().map(HttpAddress::parse);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The requests to one node, which are under way. */
    private static final class Pending {

        final HttpAddress door;
        private final Asked<NodeStatus> status;
        private final List<Asked<ElectionStatusPage>> lists = new ArrayList<>();
        private final List<Asked<ElectionDetails>> details = new ArrayList<>();

        Pending(NodeClient client, HttpAddress door, Question question) {
            this.door = door;
            this.status = client.get(door, "status", NodeStatus.class);
            question.most().ifPresent(most -> {
                lists.add(client.get(door, "elections?limit=" + most, ElectionStatusPage.class));
                lists.add(client.get(
                        door,
                        "elections?show=leaderless&limit=" + ElectionStatusPage.MOST_ROWS,
                        ElectionStatusPage.class));
            });
            question.election().ifPresent(name -> details.add(details(client, door, name)));
        }

        Reply reply() throws InterruptedException {
            try {
                NodeStatus self = status.answer();
                Map<String, ElectionRow> rows = new LinkedHashMap<>();
                for (Asked<ElectionStatusPage> list : lists) {
                    list.answer().elections().forEach(row -> rows.putIfAbsent(row.name(), row));
                }
                Optional<ElectionDetails> detail = detail();
                detail.ifPresent(one -> rows.put(one.name(), row(one)));
                return new Reply(
                        door, Optional.of(new Answer(self, List.copyOf(rows.values()), detail)), Optional.empty());
            } catch (NodeFailure e) {
                return new Reply(door, Optional.empty(), Optional.of(e.why()));
            }
        }

        private Optional<ElectionDetails> detail() throws NodeFailure, InterruptedException {
            try {
                return details.isEmpty()
                        ? Optional.empty()
                        : Optional.of(details.get(0).answer());
            } catch (NodeFailure e) {
                if (e.httpStatus() == 404) {
                    // The node does not know this election.
                    return Optional.empty();
                }
                throw e;
            }
        }
    }
}

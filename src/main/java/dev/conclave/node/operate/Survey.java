package dev.conclave.node.operate;

import dev.conclave.status.ElectionDetails;
import dev.conclave.status.ElectionRow;
import dev.conclave.status.NodeStatus;
import dev.conclave.status.NodeStatus.VoterStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The answers of all nodes that were asked at one time.
 *
 * @param asked the first node that answered, in the order in which they were asked
 * @param nodes every voter, in the order of the list of voters, then other nodes that were asked
 */
record Survey(Optional<Node> asked, List<Node> nodes) {

    Survey {
        nodes = List.copyOf(nodes);
    }

    /**
     * A node and its answer.
     *
     * @param name the peer's name; of a node that never answered, and that no other node knows, its HTTP address
     * @param address its HTTP door, if one is known
     * @param answer its answer; otherwise {@code failure} is present
     * @param failure why there is no answer
     * @param takesPart whether it takes part in elections; of a node without an answer, whether another node says so
     */
    record Node(
            String name,
            Optional<HttpAddress> address,
            boolean isVoter,
            Optional<Answer> answer,
            Optional<String> failure,
            boolean takesPart) {

        /** Whether it answered and knows the one election that was asked for. */
        boolean knowsElection() {
            return answer.flatMap(Answer::detail).isPresent();
        }

        /** Whether it is a voter that needs an operator: without a door, the other nodes are believed. */
        boolean isTroubledVoter() {
            return isVoter && (!takesPart || (answer.isEmpty() && address.isPresent()));
        }
    }

    /**
     * The answer of a node.
     *
     * @param elections the elections that were asked for
     * @param detail the one election that was asked for, if the node knows it
     */
    record Answer(NodeStatus status, List<ElectionRow> elections, Optional<ElectionDetails> detail) {
        Answer {
            elections = List.copyOf(elections);
        }

        boolean lists(String election) {
            return elections.stream().anyMatch(row -> row.name().equals(election));
        }

        Answer with(ElectionRow row) {
            List<ElectionRow> more = new ArrayList<>(elections);
            more.add(row);
            return new Answer(status, more, detail);
        }
    }

    /** The outcome of asking one address. */
    record Reply(HttpAddress address, Optional<Answer> answer, Optional<String> failure) {
        Reply with(ElectionRow row) {
            return new Reply(address, answer.map(known -> known.with(row)), failure);
        }
    }

    static Survey of(Map<HttpAddress, Reply> replies) {
        Map<String, Reply> byName = new LinkedHashMap<>();
        Map<String, List<VoterStatus>> seen = new LinkedHashMap<>();
        for (Reply reply : replies.values()) {
            reply.answer().ifPresent(answer -> {
                byName.putIfAbsent(answer.status().self(), reply);
                answer.status()
                        .voters()
                        .forEach(voter -> seen.computeIfAbsent(voter.name(), name -> new ArrayList<>())
                                .add(voter));
            });
        }
        List<Node> nodes = new ArrayList<>();
        Set<HttpAddress> shown = new LinkedHashSet<>();
        seen.forEach((name, views) -> {
            Node node = Optional.ofNullable(byName.remove(name))
                    .map(reply -> answering(name, reply, true))
                    .orElseGet(() -> silent(name, views, replies));
            node.address().ifPresent(shown::add);
            nodes.add(node);
        });
        byName.forEach((name, reply) -> nodes.add(answering(name, reply, false)));
        for (Reply reply : replies.values()) {
            if (reply.answer().isEmpty() && shown.add(reply.address())) {
                nodes.add(new Node(
                        "(" + reply.address() + ")",
                        Optional.of(reply.address()),
                        false,
                        Optional.empty(),
                        reply.failure(),
                        false));
            }
        }
        Optional<Node> asked = replies.values().stream()
                .flatMap(reply -> reply.answer().stream())
                .findFirst()
                .flatMap(first -> nodes.stream()
                        .filter(node -> node.name().equals(first.status().self()))
                        .findFirst());
        return new Survey(asked, nodes);
    }

    private static Node answering(String name, Reply reply, boolean isVoter) {
        boolean takesPart = reply.answer().orElseThrow().status().takesPart();
        return new Node(name, Optional.of(reply.address()), isVoter, reply.answer(), Optional.empty(), takesPart);
    }

    private static Node silent(String name, List<VoterStatus> views, Map<HttpAddress, Reply> replies) {
        Optional<HttpAddress> address = views.stream()
                .flatMap(view -> Surveyor.addressOf(view).stream())
                .findFirst();
        Optional<Reply> reply = address.flatMap(door -> Optional.ofNullable(replies.get(door)));
        String why = reply.flatMap(Reply::failure)
                .or(() -> reply.flatMap(Reply::answer)
                        .map(other -> "its address leads to " + other.status().self()
                                + " from here; say with --at how it is reached"))
                .orElse("no node knows an HTTP door of it");
        return new Node(
                name,
                address,
                true,
                Optional.empty(),
                Optional.of(why),
                views.stream().anyMatch(VoterStatus::takesPart));
    }

    List<Node> answering() {
        return nodes.stream().filter(node -> node.answer().isPresent()).toList();
    }

    List<Node> voters() {
        return nodes.stream().filter(Node::isVoter).toList();
    }

    /** All addresses that are worth asking the next time, the given ones first. */
    List<HttpAddress> addresses(List<HttpAddress> first) {
        Set<HttpAddress> all = new LinkedHashSet<>(first);
        nodes.forEach(node -> node.address().ifPresent(all::add));
        return List.copyOf(all);
    }

    /** The elections of all answers, in the order of their names. */
    List<ElectionView> elections() {
        Map<String, List<ElectionView.Row>> byName = new TreeMap<>();
        for (Node node : answering()) {
            Answer answer = node.answer().orElseThrow();
            Instant at = answer.status().at();
            answer.elections()
                    .forEach(row -> byName.computeIfAbsent(row.name(), name -> new ArrayList<>())
                            .add(new ElectionView.Row(node.name(), at, row)));
        }
        return byName.values().stream().map(ElectionView::new).toList();
    }
}

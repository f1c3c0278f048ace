package dev.conclave.node.operate;

import dev.conclave.node.operate.NodeClient.Asked;
import dev.conclave.status.ElectorateStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The electorate as all nodes that answer know it.
 *
 * @param survey all nodes
 * @param views the nodes that showed their electorate, the one that was asked first; never empty
 */
record ElectorateSurvey(Survey survey, List<View> views) {

    /** One node and its electorate. */
    record View(Survey.Node node, ElectorateStatus electorate) {
        HttpAddress door() {
            return node.address().orElseThrow();
        }

        /** Whether a change can be proposed there: the node has a data directory, and the voters hear it. */
        boolean canPropose() {
            return electorate.directory()
                    && node.answer()
                            .filter(answer -> answer.status().takesPart())
                            .isPresent();
        }
    }

    ElectorateSurvey {
        views = List.copyOf(views);
    }

    /** Asks the nodes of a survey, all at the same time. */
    static ElectorateSurvey of(NodeClient client, Survey survey) throws NodeFailure, InterruptedException {
        Map<Survey.Node, Asked<ElectorateStatus>> asked = new LinkedHashMap<>();
        survey.asked().ifPresent(first -> asked.put(first, ask(client, first)));
        survey.answering().forEach(node -> asked.computeIfAbsent(node, other -> ask(client, other)));
        List<View> views = new ArrayList<>();
        Optional<NodeFailure> failure = Optional.empty();
        for (Map.Entry<Survey.Node, Asked<ElectorateStatus>> one : asked.entrySet()) {
            try {
                views.add(new View(one.getKey(), one.getValue().answer()));
            } catch (NodeFailure silent) {
                failure = failure.isPresent() ? failure : Optional.of(silent);
            }
        }
        if (views.isEmpty()) {
            throw failure.orElseGet(() -> new NodeFailure("no node was asked"));
        }
        return new ElectorateSurvey(survey, views);
    }

    private static Asked<ElectorateStatus> ask(NodeClient client, Survey.Node node) {
        return client.get(node.address().orElseThrow(), "electorate", ElectorateStatus.class);
    }

    /** The view with the newest configuration of the group of the node that was asked. */
    View newest() {
        Optional<String> group = views.get(0).electorate().group();
        return views.stream()
                .filter(view -> view.electorate().group().equals(group))
                .reduce((one, other) ->
                        other.electorate().number() > one.electorate().number() ? other : one)
                .orElseThrow();
    }

    /**
     * The node to which a change is given: the one that was asked, or, if no change can be proposed there, a voter; if none can,
     * the one that was asked, whose refusal says why.
     */
    View proposer() {
        return views.get(0).canPropose()
                ? views.get(0)
                : views.stream()
                        .filter(View::canPropose)
                        .max(Comparator.comparing(view -> view.electorate().votes()))
                        .orElse(views.get(0));
    }

    /** The view of a node by its name. */
    Optional<View> of(String name) {
        return views.stream().filter(view -> view.node().name().equals(name)).findFirst();
    }
}

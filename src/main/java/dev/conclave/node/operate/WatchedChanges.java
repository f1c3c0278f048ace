package dev.conclave.node.operate;

import dev.conclave.core.PrintableText;
import dev.conclave.core.Terms;
import dev.conclave.status.NodeStatus.StoredConfiguration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Compares each survey with those before it. */
final class WatchedChanges {

    private static final int KEPT = 8;

    private final Map<String, String> known = new HashMap<>();
    private final Deque<String> last = new ArrayDeque<>();
    private Optional<Survey.Node> asked = Optional.empty();
    private boolean isFirst = true;

    /** Returns what is new, each as a line; everything is new in the first survey. */
    List<String> of(Survey survey) {
        List<String> changes = new ArrayList<>();
        if (isFirst || asked.isPresent() != survey.asked().isPresent() || hasMoved(survey)) {
            changes.add(connection(survey));
        }
        for (Survey.Node node : survey.nodes()) {
            String state = StatusPage.stateOf(node)
                    + node.failure().map(why -> " (" + why + ")").orElse("");
            note("node " + node.name(), node.name() + ": " + state, changes);
        }
        survey.answering().stream()
                .flatMap(node -> node.answer().orElseThrow().status().configuration().stream())
                .max(Comparator.comparingInt(StoredConfiguration::number))
                .ifPresent(newest -> note(
                        "configuration",
                        "configuration " + newest.number() + " of the group " + newest.group(),
                        changes));
        for (ElectionView view : survey.elections()) {
            String leader = view.leader()
                    .map(name -> name + " leads in term " + Terms.show(view.term()))
                    .orElse("no leader is known, term " + Terms.show(view.term()));
            note("election " + view.name(), view.name() + ": " + leader, changes);
        }
        List<String> printable = changes.stream().map(PrintableText::of).toList();
        if (!isFirst) {
            String now = TimeText.second(Instant.now());
            printable.forEach(change -> last.add(now + "  " + change));
            while (last.size() > KEPT) {
                last.remove();
            }
        }
        isFirst = false;
        asked = survey.asked();
        return printable;
    }

    /** The last changes since the first survey, each with its time. */
    List<String> last() {
        return List.copyOf(last);
    }

    private boolean hasMoved(Survey survey) {
        return !asked.map(Survey.Node::name).equals(survey.asked().map(Survey.Node::name));
    }

    private String connection(Survey survey) {
        String now = survey.asked()
                .map(node -> node.name() + " is asked"
                        + node.address().map(door -> " at " + door).orElse(""))
                .orElse("no node answers, and all are asked again");
        return asked.map(before -> "lost " + before.name() + ": ").orElse("") + now;
    }

    private void note(String key, String text, List<String> changes) {
        if (!text.equals(known.put(key, text))) {
            changes.add(text);
        }
    }
}

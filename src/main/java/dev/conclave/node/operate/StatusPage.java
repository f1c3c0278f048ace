package dev.conclave.node.operate;

import dev.conclave.core.Terms;
import dev.conclave.node.operate.Page.Column;
import dev.conclave.node.operate.Page.Row;
import dev.conclave.node.operate.Survey.Answer;
import dev.conclave.node.operate.Survey.Node;
import dev.conclave.status.Change;
import dev.conclave.status.ElectionDetails;
import dev.conclave.status.ElectionRow;
import dev.conclave.status.NodeStatus;
import dev.conclave.status.NodeStatus.VoterStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Shows a survey to people. */
final class StatusPage {

    private static final int LAST_CHANGES = 8;

    private final Survey survey;
    private final Page page;

    StatusPage(Survey survey, Page page) {
        this.survey = survey;
        this.page = page;
    }

    /** Shows all voters, and the elections without a leader before the others. */
    void all(int most) {
        nodes();
        long known = survey.answering().stream()
                .mapToLong(
                        node -> node.answer().orElseThrow().status().elections().known())
                .max()
                .orElse(0);
        List<ElectionView> elections = survey.elections().stream()
                .sorted(Comparator.comparing(view -> !view.isLeaderless()))
                .limit(most)
                .toList();
        if (!elections.isEmpty()) {
            page.gap();
            page.table(
                    List.of(
                            new Column("ELECTION", 0),
                            new Column("LEADER", 0),
                            new Column("TERM", 1),
                            new Column("FOR", 2),
                            new Column("SINCE", 3)),
                    elections.stream().map(StatusPage::row).toList());
            if (known > elections.size()) {
                page.text(
                        Tone.PLAIN, "and " + (known - elections.size()) + " more: name one, or list more with --limit");
            }
        } else if (!survey.answering().isEmpty() && most > 0) {
            page.gap();
            page.text(Tone.PLAIN, "No election is known.");
        }
        long hidden =
                survey.elections().stream().filter(ElectionView::isLeaderless).count() - most;
        if (hidden > 0) {
            page.text(Tone.BAD, "Elections without a leader that are not listed: " + hidden + "; see --limit");
        }
        notes();
    }

    private static Row row(ElectionView view) {
        return Row.of(
                view.isLeaderless() ? Tone.BAD : Tone.PLAIN,
                view.name(),
                view.leader().orElse("none"),
                Terms.show(view.term()),
                view.lasts().map(TimeText::span).orElse(""),
                view.since().map(TimeText::second).orElse(""));
    }

    /** Shows one election on all voters. */
    void one(String election) {
        Optional<ElectionView> view = survey.elections().stream()
                .filter(known -> known.name().equals(election))
                .findFirst();
        if (view.isPresent()) {
            ElectionView known = view.get();
            String since =
                    known.since().map(at -> " since " + TimeText.second(at)).orElse("")
                            + known.lasts()
                                    .map(lasts -> " (" + TimeText.span(lasts) + ")")
                                    .orElse("");
            page.text(
                    known.leader().isPresent() ? Tone.HEADING : Tone.BAD,
                    election + ": "
                            + known.leader()
                                    .map(leader -> leader + " leads in term " + Terms.show(known.term()))
                                    .orElse("no leader is known, term " + Terms.show(known.term()))
                            + since);
        } else {
            page.text(Tone.BAD, election + ": no node that answered knows this election");
        }
        page.gap();
        page.table(
                List.of(
                        new Column("NODE", 0),
                        new Column("STATE", 0),
                        new Column("ROLE", 0),
                        new Column("LEADER", 1),
                        new Column("TERM", 2),
                        new Column("LEASE LEFT", 3),
                        new Column("FOR", 4),
                        new Column("SINCE", 5)),
                survey.nodes().stream().map(node -> row(node, election)).toList());
        survey.answering().stream()
                .flatMap(node -> node.answer().flatMap(Answer::detail).stream())
                .filter(detail -> detail.role().equals("leader"))
                .findFirst()
                .or(() -> survey.answering().stream()
                        .flatMap(node -> node.answer().flatMap(Answer::detail).stream())
                        .findFirst())
                .ifPresent(this::detail);
        notes();
    }

    private static Row row(Node node, String election) {
        Optional<ElectionRow> seen = node.answer()
                .flatMap(answer -> answer.elections().stream()
                        .filter(row -> row.name().equals(election))
                        .findFirst());
        return Row.of(
                node.isTroubledVoter() ? Tone.BAD : Tone.PLAIN,
                node.name(),
                stateOf(node),
                seen.map(ElectionRow::role).orElse(""),
                seen.map(row -> row.leader().orElse("none")).orElse(""),
                seen.map(ElectionRow::termText).orElse(""),
                seen.filter(row -> row.leaseLeftMillis().isPresent())
                        .map(row -> millis(row.leaseLeftMillis().orElseThrow()))
                        .orElse(""),
                seen.flatMap(ElectionRow::since)
                        .flatMap(since -> node.answer()
                                .map(answer -> TimeText.span(
                                        Duration.between(since, answer.status().at()))))
                        .orElse(""),
                seen.flatMap(ElectionRow::since).map(TimeText::second).orElse(""));
    }

    private void detail(ElectionDetails detail) {
        if (!detail.succession().isEmpty()) {
            page.gap();
            page.text(Tone.PLAIN, "Next in line: " + String.join(", ", detail.succession()));
        }
        List<Change> changes = detail.changes();
        if (!changes.isEmpty()) {
            page.gap();
            page.text(Tone.HEADING, "Last changes, as " + detail.self() + " saw them");
            changes.subList(Math.max(0, changes.size() - LAST_CHANGES), changes.size())
                    .forEach(change ->
                            page.text(Tone.PLAIN, TimeText.millisecond(change.at()) + "  " + ChangeText.words(change)));
        }
    }

    private void nodes() {
        List<Row> rows = new ArrayList<>();
        for (Node node : survey.nodes()) {
            Optional<NodeStatus> status = node.answer().map(Answer::status);
            Optional<VoterStatus> seen = survey.asked()
                    .flatMap(from -> from.answer().orElseThrow().status().voters().stream()
                            .filter(voter -> voter.name().equals(node.name()) && !voter.self())
                            .findFirst());
            rows.add(Row.of(
                    node.isTroubledVoter() ? Tone.BAD : Tone.PLAIN,
                    node.name(),
                    stateOf(node),
                    status.map(known -> String.valueOf(known.elections().leading()))
                            .orElse(""),
                    status.map(known -> TimeText.span(Duration.between(known.startedAt(), known.at())))
                            .orElse(""),
                    seen.map(VoterStatus::lifeline).orElse(""),
                    seen.filter(voter -> voter.roundTripMillis().isPresent())
                            .map(voter -> millis(voter.roundTripMillis().orElseThrow()))
                            .orElse(""),
                    status.flatMap(NodeStatus::configuration)
                            .map(stored -> stored.number() + (stored.obeyed() ? "" : " (stored)"))
                            .orElse(""),
                    status.map(NodeStatus::software).orElse(""),
                    node.address().map(HttpAddress::toString).orElse("")));
        }
        page.table(
                List.of(
                        new Column("NODE", 0),
                        new Column("STATE", 0),
                        new Column("LEADS", 1),
                        new Column("UP", 2),
                        new Column("LIFELINE", 4),
                        new Column("ROUND TRIP", 5),
                        new Column("CONFIG", 3),
                        new Column("VERSION", 3),
                        new Column("HTTP", 6)),
                rows);
    }

    /** The state of a node in one or two words. */
    static String stateOf(Node node) {
        return node.answer()
                .map(Answer::status)
                .map(status -> !status.takesPart()
                        ? "waits"
                        : status.drained() ? "drained" : status.voter() ? "takes part" : "no voter")
                .orElse(node.address().isPresent() ? "no answer" : "not asked");
    }

    /** Says in words what is wrong. */
    private void notes() {
        List<String> notes = new ArrayList<>();
        for (Node node : survey.nodes()) {
            node.failure()
                    .ifPresent(why -> notes.add(node.name()
                            + (node.address().isPresent()
                                    ? " does not answer at " + node.address().get()
                                    : " cannot be asked")
                            + ": " + why));
            node.answer().map(Answer::status).ifPresent(status -> notes(node.name(), status, notes));
        }
        for (ElectionView view : survey.elections()) {
            view.dissenting()
                    .filter(row ->
                            row.election().leader().isPresent() || view.leader().isPresent())
                    .forEach(row -> notes.add(view.name() + ": " + row.node()
                            + row.election()
                                    .leader()
                                    .map(leader -> " sees " + leader + " lead")
                                    .orElse(" knows no leader")
                            + " (term " + row.election().termText() + ")"));
        }
        strangers(notes);
        List<String> warnings = survey.answering().stream()
                .flatMap(node -> node.answer().orElseThrow().status().warnings().stream()
                        .map(warning ->
                                node.name() + " warned at " + TimeText.second(warning.at()) + ": " + warning.text()))
                .toList();
        if (!notes.isEmpty() || !warnings.isEmpty()) {
            page.gap();
            notes.forEach(note -> page.text(Tone.BAD, note));
            warnings.forEach(warning -> page.text(Tone.PLAIN, warning));
        }
    }

    /** Names the nodes that do not hear each other, since they belong to different groups. */
    private void strangers(List<String> notes) {
        Optional<String> group = survey.asked().flatMap(StatusPage::groupOf);
        for (Node node : survey.answering()) {
            Optional<String> its = groupOf(node);
            if (group.isPresent() && its.isPresent() && !its.equals(group)) {
                notes.add(node.name() + " belongs to the group " + its.get() + ", and "
                        + survey.asked().orElseThrow().name() + " to " + group.get()
                        + ": the two do not hear each other");
            }
        }
    }

    private static Optional<String> groupOf(Node node) {
        return node.answer()
                .flatMap(answer -> answer.status().configuration())
                .map(NodeStatus.StoredConfiguration::group);
    }

    private static void notes(String name, NodeStatus status, List<String> notes) {
        if (!status.takesPart()) {
            notes.add(name + " does not take part: "
                    + status.whyNot()
                            .orElse(
                                    status.missing().isEmpty()
                                            ? "it gives no reason"
                                            : "it waits for " + String.join(", ", status.missing())));
        } else if (!status.ready()) {
            notes.add(name + " is not ready: " + status.whyNotReady().orElse("it gives no reason"));
        }
    }

    private static String millis(double millis) {
        return String.format(Locale.ROOT, millis < 10 ? "%.1f ms" : "%.0f ms", millis);
    }
}

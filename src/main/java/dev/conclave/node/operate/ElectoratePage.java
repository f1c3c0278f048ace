package dev.conclave.node.operate;

import dev.conclave.node.operate.ElectorateSurvey.View;
import dev.conclave.node.operate.Page.Column;
import dev.conclave.node.operate.Page.Row;
import dev.conclave.status.ElectorateStatus;
import dev.conclave.status.ElectorateStatus.Voter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Shows the electorate to people. */
final class ElectoratePage {

    private final ElectorateSurvey survey;
    private final ElectorateStatus newest;
    private final Page page;

    ElectoratePage(ElectorateSurvey survey, Page page) {
        this.survey = survey;
        this.newest = survey.newest().electorate();
        this.page = page;
    }

    /** Shows the configuration, each voter, and what is under way. */
    void show() {
        page.text(
                newest.number() < 0 ? Tone.BAD : Tone.HEADING,
                newest.group()
                        .map(group -> "Configuration " + newest.number() + " of the group " + group)
                        .orElse(
                                "Not founded yet: the voters of conclave.voters have not all answered each other once"));
        page.text(
                Tone.PLAIN,
                "election-timeout " + millis(newest.electionTimeoutMillis()) + ", heartbeat-interval "
                        + millis(newest.heartbeatIntervalMillis()) + ", max-clock-drift " + newest.maxClockDrift());
        page.gap();
        page.table(
                List.of(
                        new Column("VOTER", 0),
                        new Column("STATE", 0),
                        new Column("STORED", 1),
                        new Column("OBEYS", 1),
                        new Column("DATA DIRECTORY", 3)),
                newest.voters().stream().map(this::row).toList());
        notes();
    }

    private Row row(Voter voter) {
        boolean isHeard = isHeard(voter);
        // The directory that the configuration names is not there, whatever the process at the address has stored in
        // another one.
        boolean isThere = !voter.excluded();
        return Row.of(
                voter.excluded() || !isHeard ? Tone.BAD : Tone.PLAIN,
                voter.name(),
                voter.excluded() ? "excluded" : isHeard ? "heard" : "not heard",
                yes(isThere && (voter.stored() || own(voter, false))),
                yes(isThere && (voter.obeys() || own(voter, true))),
                voter.identity().orElse(""));
    }

    private boolean isHeard(Voter voter) {
        return voter.heard() || survey.of(voter.name()).isPresent();
    }

    /** Whether the voter itself says that it has stored, or obeys, the newest configuration: the others may not have asked it since. */
    private boolean own(Voter voter, boolean obeys) {
        return survey.of(voter.name())
                .map(View::electorate)
                .filter(its -> its.group().equals(newest.group())
                        && its.number() >= newest.number()
                        && (its.obeyed() || !obeys))
                .isPresent();
    }

    private void notes() {
        boolean isFirst = true;
        for (Voter voter : newest.voters()) {
            if (voter.excluded()) {
                isFirst = gap(isFirst);
                page.text(
                        Tone.BAD,
                        voter.name() + " has another data directory than configuration " + newest.number()
                                + " names: put the former one back, or, if it is lost, say: electorate readmit "
                                + voter.name());
            }
        }
        for (View view : survey.views()) {
            ElectorateStatus its = view.electorate();
            if (!its.group().equals(newest.group()) && its.group().isPresent()) {
                isFirst = gap(isFirst);
                page.text(
                        Tone.BAD,
                        view.node().name() + " belongs to the group "
                                + its.group().get());
            }
            if (its.underWay().isPresent()) {
                isFirst = gap(isFirst);
                ElectorateStatus.UnderWay change = its.underWay().get();
                page.text(
                        Tone.HEADING,
                        view.node().name() + " carries out \"" + change.what() + "\" for "
                                + TimeText.span(Duration.between(change.since(), its.at())) + ", by " + change.by()
                                + ": " + change.step());
            }
        }
    }

    private boolean gap(boolean isFirst) {
        if (isFirst) {
            page.gap();
        }
        return false;
    }

    /** Shows how the last configurations came about. */
    void history() {
        page.table(
                List.of(
                        new Column("CONFIGURATION", 0),
                        new Column("AT", 1),
                        new Column("WHAT", 0),
                        new Column("BY", 2)),
                newest.history().stream()
                        .map(step -> Row.of(
                                Tone.PLAIN,
                                String.valueOf(step.number()),
                                TimeText.second(step.at()),
                                step.what(),
                                step.by()))
                        .toList());
    }

    private static String yes(boolean is) {
        return is ? "yes" : "no";
    }

    private static String millis(double millis) {
        return String.format(Locale.ROOT, millis == Math.rint(millis) ? "%.0f ms" : "%.3f ms", millis);
    }
}

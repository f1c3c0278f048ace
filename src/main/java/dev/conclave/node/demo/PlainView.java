package dev.conclave.node.demo;

import dev.conclave.core.PeerId;
import dev.conclave.core.Terms;
import dev.conclave.judge.Event;
import dev.conclave.judge.Violation.Promise;
import dev.conclave.node.cli.EventText;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** Shows a demo as plain lines, for a file or a pipe: a time line in milliseconds, and a table at the end. */
class PlainView implements DemoView {

    private static final int BAR = 20;

    private final PrintStream out;
    private final long beganAt = System.nanoTime();

    PlainView(PrintStream out) {
        this.out = out;
    }

    /** The style in which a line is printed. */
    enum Tone {
        PLAIN,
        HEADING,
        FAINT,
        GOOD,
        BAD
    }

    /** Prints a line; the text does not include the line end. */
    void line(Tone tone, String text) {
        out.print(text + "\n");
        out.flush();
    }

    @Override
    public void begin(DemoPlan plan, List<PeerId> peers) {
        line(
                Tone.HEADING,
                "Conclave: " + plan.peers() + " peers on loopback, heartbeat " + EventText.millis(plan.heartbeat())
                        + ", election timeout " + EventText.millis(plan.electionTimeout()));
        line(Tone.FAINT, "Times are milliseconds since the start of this demo.");
    }

    @Override
    public void chapter(String title) {
        line(Tone.PLAIN, "");
        line(Tone.HEADING, title);
    }

    @Override
    public void event(Event event, PeerStates states) {
        line(toneOf(event), at(event.mono()) + String.format("  %-15s  %s", event.peer(), EventText.of(event)));
    }

    @Override
    public void remark(long mono, String text) {
        line(Tone.GOOD, at(mono) + "  => " + text);
    }

    private String at(long mono) {
        return String.format(Locale.ROOT, "%10.1f", (mono - beganAt) / 1e6);
    }

    static Tone toneOf(Event event) {
        if (event instanceof Event.Elected) {
            return Tone.GOOD;
        } else if (event instanceof Event.Killed) {
            return Tone.BAD;
        }
        return event instanceof Event.Following ? Tone.PLAIN : Tone.FAINT;
    }

    @Override
    public void end(DemoOutcome outcome) {
        line(Tone.PLAIN, "");
        if (!outcome.rounds().isEmpty()) {
            table(outcome);
        }
        promise(outcome, Promise.S1, "no term had two leaders");
        promise(outcome, Promise.S2, "no peer went back to a lower term");
        promise(outcome, Promise.S3, "no two peers led at the same time");
        promise(outcome, Promise.S4, "terms grew from leader to leader");
        line(Tone.PLAIN, "");
        if (outcome.isGood()) {
            line(Tone.GOOD, "All good: every leader had exactly one successor.");
        } else {
            outcome.complaints().forEach(complaint -> line(Tone.BAD, "WRONG: " + complaint));
        }
    }

    private void table(DemoOutcome outcome) {
        List<DemoRound> rounds = outcome.rounds();
        line(
                Tone.HEADING,
                " round  led              took over        term   fail-over                        back after");
        long longest = rounds.stream().mapToLong(DemoRound::failoverNanos).max().orElse(1);
        for (DemoRound round : rounds) {
            String bar = "#".repeat((int) Math.max(1, BAR * round.failoverNanos() / Math.max(1, longest)));
            line(
                    Tone.PLAIN,
                    String.format(
                            "%6d  %-15s  %-15s  %-4s  %10s  %-" + BAR + "s  %10s",
                            round.number(),
                            round.killed(),
                            round.elected(),
                            Terms.show(round.term()),
                            EventText.millis(round.failoverNanos()),
                            bar,
                            EventText.millis(round.followedAfterNanos())));
        }
        line(Tone.PLAIN, "");
        line(
                Tone.PLAIN,
                " first leader " + EventText.millis(outcome.firstLeaderNanos().orElse(0L))
                        + " after the start of the JVMs");
        times("all rounds", rounds);
        times("quiet rounds", outcome.quietRounds());
    }

    private void times(String which, List<DemoRound> rounds) {
        if (!rounds.isEmpty()) {
            FailOverTimes times = new FailOverTimes(rounds);
            line(
                    Tone.PLAIN,
                    " fail-over, " + which + " (" + times.count() + "): median " + EventText.millis(times.medianNanos())
                            + ", p95 " + EventText.millis(times.p95Nanos()) + ", "
                            + EventText.millis(times.leastNanos())
                            + " to " + EventText.millis(times.mostNanos()));
        }
    }

    private void promise(DemoOutcome outcome, Promise promise, String meaning) {
        boolean held = outcome.report().held(promise);
        line(held ? Tone.GOOD : Tone.BAD, " " + promise + "  " + (held ? "held  " : "BROKEN") + "  " + meaning);
    }

    @Override
    public void close() {}
}

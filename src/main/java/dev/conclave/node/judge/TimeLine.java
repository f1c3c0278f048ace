package dev.conclave.node.judge;

import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.PrintableText;
import dev.conclave.core.Terms;
import dev.conclave.judge.Event;
import dev.conclave.judge.LeadershipInterval;
import dev.conclave.judge.Report;
import dev.conclave.judge.Violation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A picture of leaderships: for each election a row per peer, on one axis of time. Bounded in its size, whatever the log holds.
 */
final class TimeLine {

    private static final int LEFT = 190;
    private static final int WIDTH = 1000;
    private static final int RIGHT = 30;
    private static final int ROW = 26;
    private static final int BAR = 18;
    private static final int MOST_ELECTIONS = 20;
    private static final int MOST_PEERS = 30;
    private static final int MOST_BARS = 2_000;
    private static final int MOST_STORIES = 10;
    private static final int STORY_LENGTH = 150;
    private static final int COLOURS = 6;
    private static final int TICKS = 8;

    /** Width of a digit of a label. */
    private static final double DIGIT = 7;

    /** Steps of an axis, in nanoseconds: 1, 2 and 5 of each decade, and those of a clock. */
    private static final List<Long> STEPS = List.of(
            1_000_000L,
            2_000_000L,
            5_000_000L,
            10_000_000L,
            20_000_000L,
            50_000_000L,
            100_000_000L,
            200_000_000L,
            500_000_000L,
            1_000_000_000L,
            2_000_000_000L,
            5_000_000_000L,
            10_000_000_000L,
            30_000_000_000L,
            60_000_000_000L,
            120_000_000_000L,
            300_000_000_000L,
            600_000_000_000L,
            1_800_000_000_000L,
            3_600_000_000_000L,
            7_200_000_000_000L,
            21_600_000_000_000L,
            86_400_000_000_000L);

    /** Without variables, which many programs that show pictures do not know. */
    private static final String STYLE = """
            text{font:13px system-ui,sans-serif;fill:#1b1f24}text.head{font-weight:600;font-size:15px}
            .paper{fill:#ffffff}text.faint{fill:#5d6672}.grid{stroke:#d6dbe1}.gap{fill:#f7dede}text.tick{text-anchor:middle}
            text.term{fill:#ffffff;font-size:12px;text-anchor:middle}.bad{fill:none;stroke:#c81e1e;stroke-width:2.5}
            text.story{fill:#c81e1e}
            .c0{fill:#2f6fb3}.c1{fill:#2c8058}.c2{fill:#9a5b13}.c3{fill:#7a4fb0}.c4{fill:#a83f73}.c5{fill:#4a6670}
            @media (prefers-color-scheme:dark){text{fill:#e6e9ed}.paper{fill:#14181d}text.faint{fill:#98a2ae}.grid{stroke:#333b45}
            .gap{fill:#4a2226}text.term{fill:#0e1116}.bad{stroke:#ff6b6b}text.story{fill:#ff6b6b}
            .c0{fill:#7fb4ea}.c1{fill:#74c79d}.c2{fill:#e0a75e}.c3{fill:#b99ae8}.c4{fill:#e88fb8}.c5{fill:#9db8c2}}
            """;

    private final Map<ElectionName, Report.Figures> elections;
    private final List<Violation> violations;
    private final Times.Origin origin;
    private final long from;
    private final long until;
    private final Map<ElectionName, TreeSet<PeerId>> peers = new TreeMap<>();
    private final StringBuilder svg = new StringBuilder();
    private int y;

    TimeLine(
            Map<ElectionName, Report.Figures> elections,
            List<Violation> violations,
            List<Event> events,
            Times.Origin origin) {
        this.elections = new TreeMap<>(elections);
        this.violations = List.copyOf(violations);
        this.origin = origin;
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        for (Event event : events) {
            if (event instanceof Event.InElection told && elections.containsKey(told.election())) {
                first = Math.min(first, event.mono());
                last = Math.max(last, event.mono());
                peers.computeIfAbsent(told.election(), name -> new TreeSet<>()).add(told.peer());
            }
        }
        this.from = first;
        this.until = Math.max(last, first + 1_000_000);
    }

    /** Returns the picture. */
    String svg() {
        y = 34;
        text(16, y, "head", "Leaderships, " + origin.day());
        y += 22;
        text(
                16,
                y,
                "faint",
                "elections: " + elections.size() + ", leaderships: " + leaderships() + ", from " + origin.at(from)
                        + " to " + origin.at(until) + "; red ground: no leader; red frame: two leaders at once");
        y += 14;
        elections.entrySet().stream().limit(MOST_ELECTIONS).forEach(entry -> draw(entry.getKey(), entry.getValue()));
        if (elections.size() > MOST_ELECTIONS) {
            y += 26;
            text(
                    16,
                    y,
                    "faint",
                    (elections.size() - MOST_ELECTIONS) + " more elections are not drawn: choose one with"
                            + " --election");
        }
        stories();
        int height = y + 24;
        int width = LEFT + WIDTH + RIGHT;
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + width + " " + height + "\" width=\"" + width
                + "\" height=\"" + height + "\" role=\"img\" aria-label=\"Leaderships\">\n<style>\n" + STYLE
                + "</style>\n<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n" + svg + "</svg>\n";
    }

    private int leaderships() {
        return elections.values().stream()
                .mapToInt(figures -> figures.leaderships().size())
                .sum();
    }

    private void draw(ElectionName name, Report.Figures figures) {
        List<LeadershipInterval> all = figures.leaderships();
        List<LeadershipInterval> drawn = all.subList(Math.max(all.size() - MOST_BARS, 0), all.size());
        List<PeerId> rows = new ArrayList<>(peers.getOrDefault(name, new TreeSet<>()));
        y += 30;
        text(16, y, "head", shortened("\"" + name.value() + "\"", 60));
        int left = all.size() - drawn.size() + Math.max(rows.size() - MOST_PEERS, 0);
        if (left > 0) {
            text(
                    LEFT,
                    y,
                    "faint",
                    "not drawn: " + (all.size() - drawn.size()) + " earlier leaderships, "
                            + Math.max(rows.size() - MOST_PEERS, 0) + " peers that led least");
        }
        rows = mostImportant(rows, drawn);
        y += 10;
        int top = y;
        int height = rows.size() * ROW;
        gaps(drawn, top, height);
        axis(top, height);
        for (int row = 0; row < rows.size(); row++) {
            text(16, top + row * ROW + 17, "", shortened(rows.get(row).toString(), 24));
        }
        for (LeadershipInterval one : drawn) {
            int row = rows.indexOf(one.peer());
            if (row >= 0) {
                bar(one, top + row * ROW + (ROW - BAR) / 2);
            }
        }
        overlaps(drawn, rows, top);
        y = top + height + 20;
    }

    /** The peers that led most often, in the order of their names. */
    private static List<PeerId> mostImportant(List<PeerId> rows, List<LeadershipInterval> drawn) {
        return rows.stream()
                .sorted(Comparator.comparingLong((PeerId peer) ->
                        -drawn.stream().filter(one -> one.peer().equals(peer)).count()))
                .limit(MOST_PEERS)
                .sorted()
                .toList();
    }

    private void axis(int top, int height) {
        long step = STEPS.stream()
                .filter(one -> (until - from) / one <= TICKS)
                .findFirst()
                .orElse((until - from) / TICKS + 1);
        for (long at = origin.roundedUp(from, step); at <= until; at += step) {
            String x = number(x(at));
            svg.append("<line class=\"grid\" x1=\"" + x + "\" x2=\"" + x + "\" y1=\"" + top + "\" y2=\""
                    + (top + height) + "\"/>\n");
            text(x(at), top + height + 16, "faint tick", origin.at(at, step));
        }
    }

    private void gaps(List<LeadershipInterval> drawn, int top, int height) {
        // Before the first one drawn, the log may have others.
        long ledUntil = drawn.isEmpty() ? until : drawn.get(0).from();
        for (LeadershipInterval next : drawn) {
            gap(ledUntil, next.from(), top, height);
            ledUntil = Math.max(ledUntil, next.until());
        }
        gap(ledUntil, until, top, height);
    }

    private void gap(long begin, long end, int top, int height) {
        if (begin < end) {
            rect(
                    "gap",
                    begin,
                    end,
                    top,
                    height,
                    "no leader for " + Times.length(end - begin) + ", from " + origin.at(begin));
        }
    }

    private void bar(LeadershipInterval one, int top) {
        long end = Math.min(one.until(), until);
        rect(
                "c" + one.term() % COLOURS,
                one.from(),
                end,
                top,
                BAR,
                one.peer() + " leads term " + Terms.show(one.term()) + " from "
                        + origin.at(one.from())
                        + (one.until() == LeadershipInterval.OPEN
                                ? ", until the end of the log"
                                : " for " + Times.length(one.until() - one.from())));
        String label = Terms.show(one.term());
        double width = x(end) - x(one.from());
        if (width >= label.length() * DIGIT + 6) {
            text((x(one.from()) + x(end)) / 2, top + 13, "term", label);
        }
    }

    /** Frames the time in which two leaderships last. */
    private void overlaps(List<LeadershipInterval> drawn, List<PeerId> rows, int top) {
        LeadershipInterval longest = null;
        for (LeadershipInterval next : drawn) {
            if (longest != null && next.from() < longest.until()) {
                int one = rows.indexOf(longest.peer());
                int other = rows.indexOf(next.peer());
                rect(
                        "bad",
                        next.from(),
                        Math.min(Math.min(longest.until(), next.until()), until),
                        top + Math.max(Math.min(one, other), 0) * ROW + 1,
                        (Math.abs(one - other) + 1) * ROW - 2,
                        longest + " and " + next + " lead at the same time");
            }
            if (longest == null || next.until() > longest.until()) {
                longest = next;
            }
        }
    }

    private void stories() {
        if (violations.isEmpty()) {
            return;
        }
        y += 34;
        text(16, y, "head story", violations.size() + " violations");
        for (Violation violation : violations.subList(0, Math.min(violations.size(), MOST_STORIES))) {
            y += 20;
            text(16, y, "story", shortened(violation.toString(), STORY_LENGTH));
        }
        if (violations.size() > MOST_STORIES) {
            y += 20;
            text(16, y, "story", (violations.size() - MOST_STORIES) + " more");
        }
    }

    /** A rectangle that stays visible however short its time is; a thousand short gaps stay faint. */
    private void rect(String style, long begin, long end, int top, int height, String title) {
        double x = x(begin);
        double least = style.equals("gap") ? 0.3 : 1;
        svg.append("<rect class=\"" + style + "\" x=\"" + number(x) + "\" y=\"" + top + "\" width=\""
                + number(Math.max(x(end) - x, least)) + "\" height=\"" + height + "\"><title>" + escaped(title)
                + "</title></rect>\n");
    }

    private void text(double x, int at, String style, String words) {
        svg.append("<text class=\"" + style + "\" x=\"" + number(x) + "\" y=\"" + at + "\">" + escaped(words)
                + "</text>\n");
    }

    private double x(long mono) {
        return LEFT + (double) (Math.min(Math.max(mono, from), until) - from) / (until - from) * WIDTH;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static String shortened(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most - 1) + "…";
    }

    private static String escaped(String text) {
        return PrintableText.of(text)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}

package dev.conclave.node.demo;

import dev.conclave.core.PeerId;
import dev.conclave.judge.Event;
import dev.conclave.node.cli.EventText;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Timer;
import java.util.TimerTask;

/**
 * Shows a demo in a terminal: the time line scrolls, and a block below it, redrawn in place, shows the state of each peer and how
 * long the current phase has lasted.
 */
final class LiveView extends PlainView {

    private static final String ESC = "\u001b[";
    private static final String CLEAR_TO_END_OF_SCREEN = ESC + "J";
    private static final String RESET = ESC + "0m";

    /** While these are in force the terminal cuts long lines: one that wraps would make the next redrawing miss by one line. */
    private static final String CUT_LINES = ESC + "?7l";

    private static final String WRAP_LINES = ESC + "?7h";

    private static final int REDRAW_MILLIS = 100;

    private final PrintStream out;
    private final Timer clock = new Timer("picture", true);
    private List<PeerId> peers = List.of();
    private PeerStates states = PeerStates.EMPTY;
    private Optional<String> chapter = Optional.empty();
    private long chapterSince;
    private int drawn;
    private boolean closed;

    LiveView(PrintStream out) {
        super(out);
        this.out = out;
    }

    @Override
    public void begin(DemoPlan plan, List<PeerId> all) {
        peers = List.copyOf(all);
        super.begin(plan, all);
        TimerTask tick = new TimerTask() {
            @Override
            public void run() {
                redraw();
            }
        };
        clock.schedule(tick, REDRAW_MILLIS, REDRAW_MILLIS);
    }

    @Override
    public void chapter(String title) {
        chapterSince = System.nanoTime();
        super.chapter(title);
        chapter = Optional.of(title);
        redraw();
    }

    @Override
    public void event(Event event, PeerStates now) {
        states = now;
        super.event(event, now);
    }

    @Override
    public void end(DemoOutcome outcome) {
        clock.cancel();
        erase();
        chapter = Optional.empty();
        super.end(outcome);
    }

    @Override
    public synchronized void close() {
        clock.cancel();
        erase();
        chapter = Optional.empty();
        closed = true;
        out.flush();
    }

    @Override
    void line(Tone tone, String text) {
        if (closed) {
            return;
        }
        erase();
        out.print(painted(tone, text) + "\n");
        draw();
        out.flush();
    }

    private synchronized void redraw() {
        erase();
        draw();
        out.flush();
    }

    private void erase() {
        if (drawn > 0) {
            out.print("\r" + ESC + drawn + "A" + CLEAR_TO_END_OF_SCREEN);
            drawn = 0;
        }
    }

    private void draw() {
        if (chapter.isEmpty() || closed) {
            return;
        }
        List<String> block = new ArrayList<>();
        block.add("");
        String since = String.format("%.1f s", (System.nanoTime() - chapterSince) / 1e9);
        block.add(painted(Tone.HEADING, " " + chapter.get() + "  " + since));
        for (PeerId peer : peers) {
            block.add(state(peer));
        }
        out.print(CUT_LINES);
        block.forEach(line -> out.print(line + "\n"));
        out.print(WRAP_LINES);
        drawn = block.size();
    }

    private String state(PeerId peer) {
        Optional<Event> said = Optional.ofNullable(states.last().get(peer));
        String words = said.map(EventText::of).orElse("is starting");
        String mark = said.map(LiveView::markOf).orElse(".");
        return painted(said.map(PlainView::toneOf).orElse(Tone.FAINT), "   " + mark + " " + peer + "  " + words);
    }

    private static String markOf(Event event) {
        if (event instanceof Event.Elected) {
            return "*";
        } else if (event instanceof Event.Killed) {
            return "x";
        }
        return event instanceof Event.Following ? "-" : ".";
    }

    private static String painted(Tone tone, String text) {
        return switch (tone) {
            case PLAIN -> text;
            case HEADING -> ESC + "1m" + text + RESET;
            case FAINT -> ESC + "2m" + text + RESET;
            case GOOD -> ESC + "1;32m" + text + RESET;
            case BAD -> ESC + "1;31m" + text + RESET;
        };
    }
}

package dev.conclave.node.cli;

import dev.conclave.core.Terms;
import dev.conclave.judge.Event;
import java.time.Duration;
import java.util.Locale;

/** Formats events and times for people. */
public final class EventText {

    private EventText() {}

    public static String of(Event event) {
        if (event instanceof Event.Started started) {
            return started.term() == 0 ? "started" : "restarted, remembers term " + Terms.show(started.term());
        } else if (event instanceof Event.Following following) {
            return "follows " + following.followed() + " in term " + Terms.show(following.term());
        } else if (event instanceof Event.Standing standing) {
            return "is a candidate in term " + Terms.show(standing.term());
        } else if (event instanceof Event.Elected elected) {
            return "LEADS in term " + Terms.show(elected.term());
        } else if (event instanceof Event.Dismissed dismissed) {
            return "no longer leads in term " + Terms.show(dismissed.term()) + " (" + dismissed.reason() + ")";
        } else if (event instanceof Event.Leaderless) {
            return "has no leader";
        } else if (event instanceof Event.Stopped) {
            return "shut down";
        }
        return "KILLED (SIGKILL)";
    }

    /** Formats nanoseconds as milliseconds with a useful number of digits. */
    public static String millis(long nanos) {
        return String.format(Locale.ROOT, nanos < 100_000_000 ? "%.1f ms" : "%.0f ms", nanos / 1e6);
    }

    public static String millis(Duration duration) {
        return duration.toMillis() + " ms";
    }
}

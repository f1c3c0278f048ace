package dev.conclave.node.operate;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/** Formats instants and spans for people. */
final class TimeText {

    private static final DateTimeFormatter SECOND = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
    private static final DateTimeFormatter MILLISECOND = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS");

    private TimeText() {}

    /** The instant in the time zone of this machine, to the second. */
    static String second(Instant at) {
        return SECOND.format(at.atZone(ZoneId.systemDefault()));
    }

    /** The instant in the time zone of this machine, to the millisecond. */
    static String millisecond(Instant at) {
        return MILLISECOND.format(at.atZone(ZoneId.systemDefault()));
    }

    /** A span in its two largest units, such as {@code 3 d 4 h} or {@code 812 ms}. */
    static String span(Duration span) {
        if (span.isNegative()) {
            return "0 s";
        } else if (span.compareTo(Duration.ofSeconds(1)) < 0) {
            return span.toMillis() + " ms";
        } else if (span.compareTo(Duration.ofMinutes(1)) < 0) {
            return span.toSeconds() + " s";
        } else if (span.compareTo(Duration.ofHours(1)) < 0) {
            return span.toMinutes() + " min" + rest(span.toSecondsPart(), "s");
        } else if (span.compareTo(Duration.ofDays(1)) < 0) {
            return span.toHours() + " h" + rest(span.toMinutesPart(), "min");
        }
        return span.toDays() + " d" + rest(span.toHoursPart(), "h");
    }

    private static String rest(int count, String unit) {
        return count == 0 ? "" : " " + count + " " + unit;
    }
}

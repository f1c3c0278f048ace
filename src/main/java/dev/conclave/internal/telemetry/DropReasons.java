package dev.conclave.internal.telemetry;

import dev.conclave.core.node.NodeEffect;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The reasons for which messages and frames are dropped (R13), a small fixed set: a counter of each exists from the start. */
public final class DropReasons {

    public static final String MALFORMED = "MALFORMED";
    public static final String IMPLAUSIBLE_TERM = "IMPLAUSIBLE_TERM";
    public static final String CROWDED = "CROWDED";
    public static final String TOO_MANY_OBSERVERS = "TOO_MANY_OBSERVERS";
    public static final String DISK_BEHIND = "DISK_BEHIND";
    public static final String BALLOT_UNREAD = "BALLOT_UNREAD";
    public static final String UNKNOWN_KIND = "UNKNOWN_KIND";

    private DropReasons() {}

    /** Returns the form of a reason that operators see, in meters and elsewhere. */
    public static String tag(String reason) {
        return reason.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns all reasons for which messages and frames are dropped. */
    public static List<String> all() {
        return Stream.concat(
                        Arrays.stream(NodeEffect.Drop.values()).map(Enum::name),
                        Stream.of(
                                MALFORMED,
                                IMPLAUSIBLE_TERM,
                                CROWDED,
                                TOO_MANY_OBSERVERS,
                                DISK_BEHIND,
                                BALLOT_UNREAD,
                                UNKNOWN_KIND))
                .toList();
    }
}

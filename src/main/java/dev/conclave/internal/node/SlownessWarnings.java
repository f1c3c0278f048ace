package dev.conclave.internal.node;

import dev.conclave.core.Settings;
import dev.conclave.core.peer.Effect;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Warns once in the life of a node that its disk is too slow for E, and once that its paths are too long. A single slow force is
 * logged; a single slow round may be due to a pause, so paths count as too long after slow rounds in {@link #PERIODS} different
 * periods of E. All methods may be called from any thread.
 */
final class SlownessWarnings {

    static final int PERIODS = 5;

    private final Supplier<Settings> settings;
    private final BiConsumer<Effect.Slow.What, String> warning;
    private boolean disk;
    private int periods;
    private long counted;

    /**
     * Creates an instance that has logged no warning yet.
     *
     * @param warning logs a line without waiting
     */
    SlownessWarnings(Supplier<Settings> settings, BiConsumer<Effect.Slow.What, String> warning) {
        this.settings = settings;
        this.warning = warning;
    }

    synchronized void noted(Effect.Slow slow, long now) {
        if (slow.what() == Effect.Slow.What.DISK) {
            if (!disk) {
                disk = true;
                warning.accept(
                        slow.what(),
                        "The disk needed " + millis(slow.nanos()) + " to force a vote, which is too slow for"
                                + " conclave.election-timeout ("
                                + millis(settings.get().electionNanos())
                                + "): elections take longer than twice that. Move conclave.data-dir to a faster disk, or raise"
                                + " conclave.election-timeout on every node");
            }
        } else if (periods < PERIODS
                && (periods == 0 || now - counted >= settings.get().electionNanos())) {
            counted = now;
            periods++;
            if (periods == PERIODS) {
                warning.accept(
                        slow.what(),
                        "A majority of the voters needed " + millis(slow.nanos())
                                + " to acknowledge a heartbeat,"
                                + " which is too long for conclave.election-timeout ("
                                + millis(settings.get().electionNanos())
                                + "): elections take longer than twice that, and a leader may lose its lease. Raise"
                                + " conclave.election-timeout on every node");
            }
        }
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%d ms", nanos / 1_000_000);
    }
}

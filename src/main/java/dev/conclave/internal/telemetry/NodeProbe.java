package dev.conclave.internal.telemetry;

import dev.conclave.core.PeerId;
import dev.conclave.core.Settings;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Reads the state of a running node, from any thread; the meters use it.
 *
 * @param self its name
 * @param agreed returns the settings that all nodes share now
 * @param takesPart whether it may vote, if it is a voter, and lead now (E8)
 * @param drained whether the operator has drained it: it votes, and leads nothing
 * @param lifelinesUp the peers to which a lifeline is up (R10); none where lifelines are off
 * @param electorate its electorate
 * @param registers its registers
 */
public record NodeProbe(
        PeerId self,
        Supplier<Settings> agreed,
        BooleanSupplier takesPart,
        BooleanSupplier drained,
        Supplier<Set<PeerId>> lifelinesUp,
        Electorate electorate,
        Registers registers) {

    /**
     * Reads the electorate of the node.
     *
     * @param configuration the number of the configuration on its disk; -1 before the founding
     * @param votersHeard how many voters of it the node hears, itself included if it votes
     * @param changeSeconds for how many seconds it carries out a change; 0 if it carries out none
     */
    public record Electorate(IntSupplier configuration, IntSupplier votersHeard, DoubleSupplier changeSeconds) {}

    /**
     * Reads the registers of the node.
     *
     * @param count how many it has on its disk
     * @param bytes the size of their values
     * @param oldestCopySeconds how old its oldest copy is; 0 if it has none
     */
    public record Registers(IntSupplier count, LongSupplier bytes, DoubleSupplier oldestCopySeconds) {}

    /** The settings that all nodes share now. */
    public Settings settings() {
        return agreed.get();
    }
}

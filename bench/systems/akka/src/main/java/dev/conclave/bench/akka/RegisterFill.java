package dev.conclave.bench.akka;

import dev.conclave.core.Ballot;
import dev.conclave.core.ElectionName;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.RegisterValue;
import dev.conclave.core.RegisterVersion;
import dev.conclave.store.FileNodeStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/**
 * Puts registers into the data directories of stopped voters, the same into each, as if a leader of term 0.1 had written them
 * there: ten thousand elections that are led at once are more than three peers on two cores can hold.
 */
public final class RegisterFill {

    private static final long TERM = 1;

    private RegisterFill() {}

    /** Fills: {@code registers, bytes of each, data directories}. */
    public static void main(String[] arguments) {
        int registers = Integer.parseInt(arguments[0]);
        int bytes = Integer.parseInt(arguments[1]);
        for (String directory : List.of(arguments).subList(2, arguments.length)) {
            try (FileNodeStore store = FileNodeStore.open(Path.of(directory), Optional::orElseThrow)) {
                fill(store, registers, bytes);
            }
        }
    }

    private static void fill(FileNodeStore store, int registers, int bytes) {
        Random random = new Random(bytes);
        List<CompletableFuture<Void>> saved = new ArrayList<>();
        // Names that no process joins: these elections have no leader, and their registers lie there.
        for (int i = 0; i < registers; i++) {
            ElectionName election = ElectionName.ofApplication("filled-" + String.format("%05d", i));
            byte[] value = new byte[bytes];
            random.nextBytes(value);
            saved.add(store.save(election, Ballot.learned(TERM)).toCompletableFuture());
            saved.add(store.saveRegister(
                            election,
                            new RegisterEntry(new RegisterVersion(TERM, 1), Optional.of(new RegisterValue(value))))
                    .toCompletableFuture());
        }
        CompletableFuture.allOf(saved.toArray(new CompletableFuture<?>[0])).join();
    }
}

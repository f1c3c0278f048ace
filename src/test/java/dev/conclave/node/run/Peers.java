package dev.conclave.node.run;

import dev.conclave.core.PeerId;
import dev.conclave.node.cli.CliException;
import dev.conclave.node.cli.FreePorts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The voters of a test, on free ports of loopback, and the processes that it has started for them. */
final class Peers implements AutoCloseable {

    private final Path directory;
    private final List<PeerId> voters;
    private final List<Jvm> all = new ArrayList<>();

    private Peers(Path directory, List<PeerId> voters) {
        this.directory = directory;
        this.voters = voters;
    }

    /** Chooses the ports of this many voters; starts none. */
    static Peers of(int count, Path directory) throws CliException {
        return new Peers(
                directory,
                FreePorts.find(count, new Random()).stream()
                        .map(port -> new PeerId("127.0.0.1", port))
                        .toList());
    }

    List<PeerId> voters() {
        return voters;
    }

    PeerId voter(int number) {
        return voters.get(number);
    }

    /** The processes that were started and not removed; a test may change the list. */
    List<Jvm> all() {
        return all;
    }

    Jvm start(PeerId peer, String... more) throws IOException {
        return add(Jvm.start(directory, peer, voters, more));
    }

    /** Adds a process that the test has started itself, so that it ends with the others. */
    Jvm add(Jvm jvm) {
        all.add(jvm);
        return jvm;
    }

    @Override
    public void close() {
        all.forEach(Jvm::close);
    }
}

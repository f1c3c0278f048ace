package dev.conclave.cluster.machine;

import dev.conclave.core.PeerId;
import dev.conclave.node.cli.CliException;
import dev.conclave.node.cli.FreePorts;
import java.util.List;
import java.util.Random;

/** The loopback interface of this machine, which is never cut: each peer has a port. */
public record Loopback(List<PeerId> peers) implements Network {

    public static Loopback of(int size) {
        try {
            return new Loopback(FreePorts.find(size, new Random()).stream()
                    .map(port -> new PeerId("127.0.0.1", port))
                    .toList());
        } catch (CliException noPorts) {
            throw new AssertionError(noPorts);
        }
    }

    @Override
    public List<String> startedThrough(PeerId peer) {
        return List.of();
    }

    @Override
    public List<String> jvmOptions(PeerId peer) {
        return List.of();
    }

    @Override
    public void cut(PeerId from, PeerId to) {
        throw new UnsupportedOperationException("nothing lies between the peers; start them over relays");
    }

    @Override
    public void mend(PeerId from, PeerId to) {
        // Loopback is never cut.
    }

    @Override
    public void close() {
        // There is nothing to close.
    }
}

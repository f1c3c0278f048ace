package dev.conclave.cluster.machine;

import dev.conclave.core.PeerId;
import java.io.IOException;
import java.util.List;

/** The network between the peers of a trial, and their addresses. A direction that is cut loses nothing by that. */
public interface Network extends AutoCloseable {

    /** All peers, under the addresses that they use for each other. */
    List<PeerId> peers();

    /** The command that starts a peer's process; empty if there is none. */
    List<String> startedThrough(PeerId peer);

    /** The JVM options that a peer needs for its address. */
    List<String> jvmOptions(PeerId peer);

    /** Messages of the first peer no longer reach the second; those of the second still reach the first. */
    void cut(PeerId from, PeerId to) throws IOException;

    /** Undoes {@link #cut}; does nothing if there was none. */
    void mend(PeerId from, PeerId to) throws IOException;

    /** Undoes every cut. */
    default void mendAll() throws IOException {
        for (PeerId from : peers()) {
            for (PeerId to : peers()) {
                if (!from.equals(to)) {
                    mend(from, to);
                }
            }
        }
    }

    @Override
    void close();
}

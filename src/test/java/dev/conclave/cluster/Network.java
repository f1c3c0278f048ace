package dev.conclave.cluster;

import dev.conclave.core.PeerId;
import java.io.IOException;
import java.util.List;

/** What lies between the peers of a trial, and where they live in it. A direction that is cut loses nothing by that. */
interface Network extends AutoCloseable {

    /** All peers, under the names by which they know each other. */
    List<PeerId> peers();

    /** What a peer's process is started through; empty if nothing. */
    List<String> startedThrough(PeerId peer);

    /** What a peer's JVM is told about where it lives. */
    List<String> jvmOptions(PeerId peer);

    /** Nothing that one says reaches the other from now on; what the other says still reaches the one. */
    void cut(PeerId from, PeerId to) throws IOException;

    /** Undoes {@link #cut}; no harm if there was none. */
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

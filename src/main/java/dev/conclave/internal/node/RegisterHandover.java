package dev.conclave.internal.node;

import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.RegisterVersion;
import dev.conclave.core.electorate.ElectorateMessage.RegisterVersions;
import dev.conclave.core.node.NodeEffect;
import dev.conclave.core.node.NodeInput;
import dev.conclave.internal.peer.PeerCommand;
import dev.conclave.store.NodeStore;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Hands registers over to a voter of the next configuration (U7): shows the versions that this node has on disk, and lets peers
 * ask for the entries that it lacks. Used on the thread of {@link NodeActor}.
 */
final class RegisterHandover {

    /** The size of one message; the smallest frame that Artery can be set to has room for it. */
    private static final int MESSAGE_BYTES = 12 * 1024;

    /** Of one register in a message, beside its name. */
    private static final int VERSION_BYTES = 40;

    private final NodeStore store;
    private final BiConsumer<ElectionName, PeerCommand> peers;
    private final BiConsumer<PeerId, RegisterVersions> tell;
    private final Consumer<NodeInput> later;

    RegisterHandover(
            NodeStore store,
            BiConsumer<ElectionName, PeerCommand> peers,
            BiConsumer<PeerId, RegisterVersions> tell,
            Consumer<NodeInput> later) {
        this.store = store;
        this.peers = peers;
        this.tell = tell;
        this.later = later;
    }

    void list(NodeEffect.ListRegisters asked) {
        SortedMap<ElectionName, RegisterVersion> found = store.registersAfter(asked.after(), RegisterVersions.MOST);
        SortedMap<ElectionName, RegisterVersion> shown = new TreeMap<>();
        int bytes = 0;
        for (Map.Entry<ElectionName, RegisterVersion> next : found.entrySet()) {
            // A character of a name takes at most three bytes.
            bytes += 3 * next.getKey().value().length() + VERSION_BYTES;
            if (bytes > MESSAGE_BYTES && !shown.isEmpty()) {
                break;
            }
            shown.put(next.getKey(), next.getValue());
        }
        boolean isLast = shown.size() == found.size() && found.size() < RegisterVersions.MOST;
        tell.accept(asked.to(), new RegisterVersions(asked.group(), asked.number(), asked.after(), shown, isLast));
    }

    void fetch(NodeEffect.FetchRegisters fetch) {
        Map<ElectionName, RegisterEntry> held = store.registers();
        boolean isWhole = true;
        for (Map.Entry<ElectionName, RegisterVersion> listed :
                fetch.versions().versions().entrySet()) {
            RegisterEntry entry = held.getOrDefault(listed.getKey(), RegisterEntry.NONE);
            if (listed.getValue().isAbove(entry.version())) {
                isWhole = false;
                peers.accept(listed.getKey(), new PeerCommand.AskForRegister(fetch.from()));
            }
        }
        if (isWhole) {
            later.accept(new NodeInput.RegistersHeld(fetch.from(), fetch.versions()));
        }
    }
}

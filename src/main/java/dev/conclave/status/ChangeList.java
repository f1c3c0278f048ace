package dev.conclave.status;

import java.util.List;

/**
 * The changes that a node has kept.
 *
 * @param version {@link NodeStatus#FORMAT_VERSION}
 * @param self the name of the node
 * @param changes the newest last
 */
public record ChangeList(int version, String self, List<Change> changes) {

    /** Copies the list. */
    public ChangeList {
        changes = List.copyOf(changes);
    }
}

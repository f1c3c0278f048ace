package dev.conclave.core.electorate;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.PeerId;
import java.util.List;

/**
 * The word of an operator that a majority is lost for good (E11): {@link #in} returns the electorate that is then written, offline,
 * into the directory of one survivor.
 *
 * @param group the group that is replaced
 * @param survivors the voters that are left, the one with this directory among them
 * @param over another group that was forced from the same one and is replaced too; 0 for none
 * @param overNumber the number of a configuration of the other group
 */
public record Force(long group, List<PeerId> survivors, long over, int overNumber) {

    public Force {
        survivors = List.copyOf(survivors);
    }

    /**
     * Returns the electorate of a survivor under the new group.
     *
     * @param self the survivor
     * @param identity the identity of its directory
     * @param head what its directory holds
     * @param drawn a random number, for the new group
     * @throws IllegalStateException if this directory is not that of such a survivor, with a sentence that says what to do
     * @throws IllegalArgumentException if there is no such configuration, with one sentence
     */
    public StoredElectorate in(
            PeerId self, DirectoryIdentity identity, StoredElectorate head, long drawn, long atMillis) {
        Configuration known = head.configuration()
                .orElseThrow(() -> new IllegalStateException(
                        "its node has no configuration yet, so there is no group to replace"));
        if (known.group() != group) {
            throw new IllegalStateException("its node belongs to the group " + Configuration.show(known.group())
                    + ", not to " + Configuration.show(group) + "; look at electorate show, and name the right one");
        }
        if (!known.names(self, identity)) {
            throw new IllegalStateException(
                    self + " is not a voter of " + known + "; force a new group at a voter that is left");
        }
        if (!survivors.contains(self)) {
            throw new IllegalStateException(
                    "--survivors is " + survivors + ", without " + self + ", whose directory this is; name it too");
        }
        return head.storing(known.forced(survivors, over, overNumber, drawn, atMillis, "electorate force at " + self));
    }
}

package dev.conclave.explore.electorate;

/**
 * An event that a complete search of a {@link Cluster} exists to reach. "Later" is the highest configuration within the bounds of
 * the search.
 */
enum ClusterMilestone {
    FOUNDED("a node stores configuration 0"),
    CHOSEN("a node has the last configuration on disk"),
    FULFILLED("a wish is fulfilled"),
    ELECTED_LATER("a leader is elected in a term of a later configuration than 0"),
    ELECTED_LAST("a leader is elected in a term of the last configuration"),
    ACKNOWLEDGED_LATER("a lease is renewed by acknowledgements under a later configuration than 0"),
    ACKNOWLEDGED_LAST("a lease is renewed by acknowledgements under the last configuration"),
    LED_ON("a leader of a term of an earlier configuration holds a lease by acknowledgements under a later one"),
    ELECTED_BESIDE("a leader is elected while a node still obeys an earlier configuration than its term's"),
    PROPOSER_DIED("a process ends that carries out a wish"),
    LEADER_DIED("a process ends that holds a lease"),
    VOTER_RESTARTED("a voter starts again that has promised or accepted"),
    FINISHED_FOR_ANOTHER("a proposer proposes what it found accepted"),
    OVERTAKEN("a wish ends because another configuration came in between"),
    REFUSED("a ballot of a round is refused"),
    TWO_PROPOSERS("two nodes carry out a wish at once"),
    LOST("a directory is lost"),
    NAMED_OTHERWISE("a node obeys a configuration that names its address with another identity"),
    REPLACED_IDENTITY("a configuration names an address with another identity than configuration 0"),
    OUTSIDER_LEADS("a node that is no voter is elected"),
    OUTSIDER_ADDED("a leader that was no voter when it was elected becomes a voter"),
    HANDED_OVER("a leader hands over and releases its term"),
    PUSHED("a candidate stands with a pushed vote"),
    RELEASED("a leadership is released"),
    STOOD_ABOVE("a leader that holds a lease stands above a higher term"),
    SWITCHED_BY_LABEL("a node obeys a configuration before all voters have stored it"),
    REMOVED_LEADS("a leader that has lost its vote leads on"),
    LONGEST_SHRINKS("the longest E in a node's journal shrinks"),
    WRITTEN("a write is acknowledged"),
    WRITTEN_LATER("a write is acknowledged under a later configuration than 0"),
    SWITCHED_WRITING("a leader that waits for a write obeys another configuration and holds its lease"),
    CAUGHT_UP("a voter that reads the registers of former ones stores an entry that it did not have"),
    KNOWN_LAST(
            "a leader is elected in a term of the last configuration, and knows the value that was acknowledged last"),
    UNKNOWN_KEPT("a leader is elected with a value that was not acknowledged"),
    UNKNOWN_PASSED_OVER("a leader is elected without a value that was issued and not acknowledged");

    private final String event;

    ClusterMilestone(String event) {
        this.event = event;
    }

    @Override
    public String toString() {
        return event;
    }
}

package dev.conclave;

import java.util.List;

/**
 * The JMX view of a node, registered as {@code dev.conclave:type=Conclave}; where {@code
 * akka.cluster.jmx.multi-mbeans-in-same-jvm} is on, with {@code ,port=<port>} appended. Switched off by {@code
 * conclave.jmx.enabled = off}.
 *
 * <p>All methods may be called from any thread. They return what this node knows at that moment; two elections need not be
 * consistent with each other.
 */
public interface ConclaveMXBean {

    /**
     * The name of this node.
     *
     * @return as {@code host:port}
     */
    String getSelf();

    /**
     * The voters of all elections, those of the configuration on this node's disk.
     *
     * @return each as {@code host:port}, sorted
     */
    List<String> getVoters();

    /**
     * Whether this node may vote, if it is a voter, and lead now (E8).
     *
     * @return false before the founding (E10), while the configuration names this node's address with another data directory, and
     *     after its data directory or its lifeline has failed
     */
    boolean isTakesPart();

    /**
     * The state of this node, as HTTP shows it.
     *
     * @return {@code dev.conclave.status.NodeStatus} as JSON
     */
    String getStatus();

    /**
     * The elections that the application has joined on this node.
     *
     * @return sorted by name
     */
    List<ElectionState> getElections();

    /**
     * Hands over an election that this node leads (R9), and waits for that, at most 30 seconds.
     *
     * @param election its name
     * @throws IllegalArgumentException if it was not joined on this node
     * @throws IllegalStateException if this node does not lead it, if there is no other candidate, or after 30 seconds
     */
    void handOver(String election);

    /**
     * Hands over an election that this node leads to a named candidate (R9), and waits for that, at most 30 seconds.
     *
     * @param election its name
     * @param peer the candidate, as {@code host:port}
     * @throws IllegalArgumentException if the election was not joined on this node, or if the peer is not a name
     * @throws IllegalStateException if this node does not lead it, if the peer is not another candidate, or after 30 seconds
     */
    void handOverTo(String election, String peer);

    /**
     * Whether this node is drained: it votes, and leads nothing.
     *
     * @return the value of {@link Conclave#isDrained()}
     */
    boolean isDrained();

    /**
     * Drains this node, see {@link Conclave#drain()}, and waits until it leads nothing, at most 30 seconds.
     *
     * @throws IllegalStateException after 30 seconds; the node stays drained
     */
    void drain();

    /** Ends {@link #drain()}. */
    void undrain();

    /**
     * The voters and the times that all nodes share, a change under way, the last changes that this node was asked for, and the
     * history.
     *
     * @return {@code dev.conclave.status.ElectorateStatus} as JSON
     */
    String getElectorate();

    /**
     * Changes the electorate, see {@link Electorate#change}, and waits for that, at most 30 seconds. Afterwards the change goes on,
     * and {@link #getElectorate()} shows its outcome.
     *
     * @param change such as {@code replace 10.0.0.3:2551 10.0.0.4:2551} or {@code set election-timeout=500ms}
     * @throws IllegalArgumentException if the change is not understood, with a sentence that says what to write
     * @throws IllegalStateException if it is refused or fails, with a sentence that says why; or after 30 seconds
     */
    void changeElectorate(String change);

    /**
     * Says what {@link #changeElectorate} would do now, and changes nothing.
     *
     * @param change as there
     * @return the single changes, in order; none if nothing is to be changed
     * @throws IllegalArgumentException if the change is not understood, with a sentence that says what to write
     * @throws IllegalStateException if the first step would be refused, with a sentence that says why; or after 30 seconds
     */
    List<String> planElectorate(String change);

    /** The state of one election as this node knows it. */
    interface ElectionState {

        /**
         * The name of the election.
         *
         * @return the argument of {@link Conclave#join}
         */
        String getName();

        /**
         * The role of this node in the election.
         *
         * @return {@code leader}, {@code candidate} or {@code follower}; {@code none} before it starts and after it has stopped
         */
        String getRole();

        /**
         * The leader of the election, as far as this node knows.
         *
         * @return as {@code host:port}; empty if no leader is known
         */
        String getLeader();

        /**
         * The newest term of the election that this node knows.
         *
         * @return the term of the leader, or the highest known term while no leader is known
         */
        long getTerm();

        /**
         * Whether this node leads it.
         *
         * @return the value of whether {@link Election#leadership()} is present
         */
        boolean isLeading();
    }
}

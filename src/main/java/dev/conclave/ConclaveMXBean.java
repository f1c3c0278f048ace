package dev.conclave;

import java.util.List;

/**
 * What a node shows to JMX, as {@code dev.conclave:type=Conclave}; where {@code
 * akka.cluster.jmx.multi-mbeans-in-same-jvm} is on, with {@code ,port=<port>} behind it. Switched off by {@code
 * conclave.jmx.enabled = off}.
 *
 * <p>May be asked from any thread. What it shows is what this node knows at that moment, each election by itself.
 */
public interface ConclaveMXBean {

    /**
     * This node.
     *
     * @return as {@code host:port}
     */
    String getSelf();

    /**
     * The voters.
     *
     * @return each as {@code host:port}, sorted
     */
    List<String> getVoters();

    /**
     * Whether this node may vote, if it is a voter, and lead now (R15).
     *
     * @return of a voter, true once it was admitted, and until its data directory fails; of any other node, true
     */
    boolean isTakesPart();

    /**
     * The elections that the application has joined on this node.
     *
     * @return sorted by name
     */
    List<ElectionState> getElections();

    /**
     * Lets another node lead an election that this one leads (R9), and waits for it, for 30 seconds at most.
     *
     * @param election its name
     * @throws IllegalArgumentException if it was not joined on this node
     * @throws IllegalStateException if this node does not lead it, if nobody else stands, or if the time has run out
     */
    void handOver(String election);

    /** How one election stands. */
    interface ElectionState {

        /**
         * Its name.
         *
         * @return as it was given to {@link Conclave#join}
         */
        String getName();

        /**
         * What this node is in it.
         *
         * @return {@code leader}, {@code candidate} or {@code follower}; {@code none} while it has not begun or has stopped
         */
        String getRole();

        /**
         * Who leads it.
         *
         * @return as {@code host:port}; empty if nobody is known to
         */
        String getLeader();

        /**
         * Its term.
         *
         * @return that of the leader, or the highest one heard of while nobody is known to lead
         */
        long getTerm();

        /**
         * Whether this node leads it.
         *
         * @return as {@link Leadership#holds()}
         */
        boolean isLeading();
    }
}

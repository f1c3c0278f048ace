package dev.conclave.status;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The electorate as one node knows it: the voters and the times that all nodes share, and how they came about. Peers are written as
 * {@code host:port}.
 *
 * @param version {@link NodeStatus#FORMAT_VERSION}
 * @param at when it was made
 * @param self the name of the node
 * @param group the group, in sixteen hexadecimal digits; empty before the founding
 * @param number the number of the configuration on this node's disk; -1 before the founding
 * @param obeyed whether this node's elections obey that configuration already (E4)
 * @param votes whether this node is one of its voters (E8)
 * @param directory whether this node has a data directory, so that it can propose a change
 * @param electionTimeoutMillis E
 * @param heartbeatIntervalMillis H
 * @param maxClockDrift the largest relative error of a clock's rate
 * @param voters the voters; before the founding those of this node's file
 * @param underWay the change that this node carries out; empty if there is none
 * @param asked the last changes that this node was asked for in this life, the newest last
 * @param change in the answer to a change, its {@link Asked#id}; empty in other answers
 * @param history how the last configurations came about, the newest last
 */
public record ElectorateStatus(
        int version,
        Instant at,
        String self,
        Optional<String> group,
        int number,
        boolean obeyed,
        boolean votes,
        boolean directory,
        double electionTimeoutMillis,
        double heartbeatIntervalMillis,
        double maxClockDrift,
        List<Voter> voters,
        Optional<UnderWay> underWay,
        List<Asked> asked,
        Optional<Long> change,
        List<Step> history) {

    /** Copies the lists. */
    public ElectorateStatus {
        voters = List.copyOf(voters);
        asked = List.copyOf(asked);
        history = List.copyOf(history);
    }

    /**
     * Returns this as the answer to a change.
     *
     * @param id its {@link Asked#id}
     * @return this with the id
     */
    public ElectorateStatus answering(long id) {
        return new ElectorateStatus(
                version,
                at,
                self,
                group,
                number,
                obeyed,
                votes,
                directory,
                electionTimeoutMillis,
                heartbeatIntervalMillis,
                maxClockDrift,
                voters,
                underWay,
                asked,
                Optional.of(id),
                history);
    }

    /**
     * A voter of the configuration.
     *
     * @param name its name
     * @param self whether it is this node
     * @param identity the identity of its data directory, in sixteen hexadecimal digits; empty before the founding
     * @param heard whether this node hears it: a frame of it has arrived within two election timeouts, or this node leads nothing,
     *     so that few write to it, and the lifeline is up; true of this node
     * @param excluded whether its address answers with another data directory, so that it is heard in no election (E8)
     * @param stored whether it has said that it has stored this configuration, or a later one
     * @param obeys whether it has said that its elections obey this configuration, or a later one; a node says so when it is asked,
     *     as the node that carries out a change does
     */
    public record Voter(
            String name,
            boolean self,
            Optional<String> identity,
            boolean heard,
            boolean excluded,
            boolean stored,
            boolean obeys) {}

    /**
     * A change that the node carries out.
     *
     * @param what the whole change, as the command line writes it
     * @param by the cause, in words
     * @param since when it was asked for
     * @param step the present single change, how far it came, and those that follow, in words
     */
    public record UnderWay(String what, String by, Instant since, String step) {}

    /**
     * A change that the node was asked for.
     *
     * @param id its number on this node: a later one has a higher one, also after a restart
     * @param at when it was asked for
     * @param what the change, as the command line writes it
     * @param by the cause, in words
     * @param state {@code under-way}, {@code done} or {@code failed}
     * @param why why it failed, in one sentence; empty otherwise
     */
    public record Asked(long id, Instant at, String what, String by, String state, Optional<String> why) {}

    /**
     * How a configuration came about.
     *
     * @param number its number
     * @param at when it was proposed, by the clock of the proposing node
     * @param by the cause, in words
     * @param what the difference to the configuration before it, in words
     */
    public record Step(int number, Instant at, String by, String what) {}
}

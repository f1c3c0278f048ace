package dev.conclave;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The electorate as one node knows it.
 *
 * @param group the group, drawn at its founding; empty before it
 * @param number the number of the configuration on this node's disk; -1 before the founding
 * @param voters the voters of that configuration, as {@code host:port}; before the founding those of this node's file
 * @param electionTimeout E
 * @param heartbeatInterval H
 * @param maxClockDrift the largest relative error of a clock's rate
 * @param obeyed whether this node's elections obey that configuration already (E4)
 * @param votes whether this node is one of the voters (E8)
 * @param underWay the change that this node carries out, and how far it came
 * @param history how the last configurations came about, oldest first
 */
public record ElectorateView(
        Optional<String> group,
        int number,
        List<String> voters,
        Duration electionTimeout,
        Duration heartbeatInterval,
        double maxClockDrift,
        boolean obeyed,
        boolean votes,
        Optional<String> underWay,
        List<Step> history) {

    /**
     * Copies the lists.
     *
     * @param group as above
     * @param number as above
     * @param voters as above
     * @param electionTimeout as above
     * @param heartbeatInterval as above
     * @param maxClockDrift as above
     * @param obeyed as above
     * @param votes as above
     * @param underWay as above
     * @param history as above
     */
    public ElectorateView {
        voters = List.copyOf(voters);
        history = List.copyOf(history);
    }

    /**
     * How a configuration came about.
     *
     * @param number its number
     * @param at when it was proposed, by the proposing node's clock
     * @param by the cause, in words
     * @param what the difference to the configuration before it, in words
     */
    public record Step(int number, Instant at, String by, String what) {}
}

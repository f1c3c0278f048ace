package dev.conclave.internal.http;

import dev.conclave.core.electorate.Wish;
import dev.conclave.core.electorate.WishText;
import dev.conclave.internal.http.Route.Guard;
import dev.conclave.internal.node.NodeControl;
import dev.conclave.status.ElectoratePlan;
import dev.conclave.status.ElectorateStatus;
import dev.conclave.status.NodeStatus;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;

/**
 * Answers requests about the electorate. Thread-safe; no method waits.
 *
 * <p>A change of several steps may take minutes while a voter restarts, and a request must not hold a thread of the server for so
 * long: the answer to a change that is still under way after some seconds is 202, and its client finds the outcome in {@link
 * ElectorateStatus#asked}. Almost every refusal is known after one election timeout, so it is the answer itself.
 */
final class ElectorateRoutes {

    /** How long the answer to a change usually waits for its end: below the time limit of Akka HTTP, which is 20 s. */
    static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    /** How long a dry run may take, which waits for the answers of voters once. */
    private static final Duration LONGEST_DRY_RUN = Duration.ofSeconds(15);

    private final NodeControl node;
    private final Duration longestWait;

    /**
     * Creates the routes of a node.
     *
     * @param longestWait how long the answer to a change waits for its end
     */
    ElectorateRoutes(NodeControl node, Duration longestWait) {
        this.node = node;
        this.longestWait = longestWait;
    }

    List<Route> all() {
        return List.of(
                new Route(Guard.READ, "/conclave/electorate", asked -> view()),
                new Route(Guard.WRITE, "/conclave/electorate", this::change));
    }

    private OperatorAnswer view() {
        return Answers.json(200, node.electorate().status());
    }

    /**
     * Carries out the change in the query, or plans it.
     *
     * @throws IllegalArgumentException if the query is not understood
     */
    OperatorAnswer change(Asked asked) {
        String text = asked.query().getOrDefault("change", "");
        if (text.isBlank()) {
            throw new IllegalArgumentException(
                    "no change is given: write it as ?change=, percent-encoded; it may be " + WishText.FORMS);
        }
        Wish wish = WishText.parse(text);
        return asked.flag("dry-run") ? plan(wish, asked.by()) : carryOut(wish, asked.by());
    }

    private OperatorAnswer plan(Wish wish, String by) {
        return Answers.later(
                node.wish(wish, true, by),
                LONGEST_DRY_RUN,
                steps -> Answers.json(
                        200,
                        new ElectoratePlan(
                                NodeStatus.FORMAT_VERSION,
                                node.self().toString(),
                                WishText.show(wish),
                                steps,
                                warnings(steps))),
                failure -> failure instanceof TimeoutException
                        ? Answers.error(504, "the dry run has not ended after " + LONGEST_DRY_RUN.toSeconds() + " s")
                        : refused(failure));
    }

    /** Of two voters both are a majority: the only change that makes a cluster less available, so that it is said aloud. */
    private List<String> warnings(List<String> steps) {
        long added = steps.stream().filter(step -> step.startsWith("add ")).count();
        long removed = steps.stream().filter(step -> step.startsWith("remove ")).count();
        int now = node.electorate().status().voters().size();
        return added + removed > 0 && now + added - removed == 2
                ? List.of("of two voters both must be up: elections stop while one is down; three tolerate the loss of"
                        + " one")
                : List.of();
    }

    private OperatorAnswer carryOut(Wish wish, String by) {
        NodeControl.AskedChange asked = node.change(wish, by);
        return Answers.later(
                asked.done(),
                longestWait,
                steps -> answered(200, asked),
                failure -> failure instanceof TimeoutException ? answered(202, asked) : refused(failure));
    }

    private OperatorAnswer.Complete answered(int status, NodeControl.AskedChange asked) {
        return Answers.json(status, node.electorate().status().answering(asked.id()));
    }

    private static OperatorAnswer.Complete refused(Throwable failure) {
        return Answers.error(409, String.valueOf(failure.getMessage()));
    }
}

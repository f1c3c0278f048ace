package dev.conclave.internal.http;

import dev.conclave.internal.http.Route.Guard;
import dev.conclave.internal.node.NodeControl;
import dev.conclave.internal.settings.HttpSettings;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Answers the requests of operators, whichever server has received them: {@code GET /conclave/status} and the other routes of
 * docs/operations.md, which are {@link ReadRoutes}, {@link CommandRoutes}, {@link ElectorateRoutes} and {@link RegisterRoutes}. Thread-safe; no method waits.
 */
public final class OperatorRoutes {

    private static final int LONGEST_QUERY = 4096;

    private final Access access;
    private final List<Route> routes;

    /**
     * Creates the routes of a node.
     *
     * @param ownServer whether the requests come through Conclave's own server
     */
    public OperatorRoutes(NodeControl node, HttpSettings settings, boolean ownServer) {
        this.access = new Access(settings, ownServer);
        this.routes = Stream.of(
                        new ReadRoutes(node, settings).all(),
                        new CommandRoutes(node).all(),
                        new RegisterRoutes(node).all(),
                        new ElectorateRoutes(node, ElectorateRoutes.LONGEST_WAIT).all())
                .flatMap(List::stream)
                .toList();
    }

    /** Answers a request. Never throws. */
    public OperatorAnswer answer(OperatorRequest request) {
        try {
            return request.query().length() > LONGEST_QUERY
                    ? Answers.error(414, "the query is longer than " + LONGEST_QUERY + " characters")
                    : route(request);
        } catch (IllegalArgumentException wrong) {
            return Answers.error(400, String.valueOf(wrong.getMessage()));
        } catch (RuntimeException failed) {
            return Answers.error(500, "this node could not answer: " + failed);
        }
    }

    private OperatorAnswer route(OperatorRequest request) {
        List<String> path = PathAndQuery.segments(request.path());
        List<Route> here = routes.stream().filter(one -> one.fits(path)).toList();
        if (here.isEmpty()) {
            return Answers.notFound();
        }
        Optional<Route> found =
                here.stream().filter(one -> one.takes(request.method())).findFirst();
        if (found.isEmpty()) {
            return Answers.notAllowed(here.stream().map(Route::method).toList());
        }
        Route route = found.get();
        Optional<Access.Refusal> refused = switch (route.guard()) {
            case NONE -> Optional.empty();
            case READ -> access.refusesRead(request);
            case READ_VALUE -> access.refusesReadOfValue(request);
            case WRITE -> access.refusesWrite(request);
        };
        if (refused.isPresent()) {
            return Answers.refusal(refused.get());
        }
        String by = route.guard() == Guard.WRITE
                ? "operator (token " + access.token(request).orElse("") + ")"
                : "";
        try {
            return route.answer().apply(new Asked(request, route.name(path), PathAndQuery.query(request.query()), by));
        } catch (UnknownElection unknown) {
            return Answers.error(404, String.valueOf(unknown.getMessage()));
        } catch (IllegalStateException refusing) {
            return Answers.error(409, String.valueOf(refusing.getMessage()));
        }
    }
}

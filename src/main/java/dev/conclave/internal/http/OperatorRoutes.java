package dev.conclave.internal.http;

import akka.Done;
import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.PrintableText;
import dev.conclave.internal.node.NodeControl;
import dev.conclave.internal.node.StatusReader;
import dev.conclave.internal.runtime.FutureTimeouts;
import dev.conclave.internal.settings.HttpSettings;
import dev.conclave.status.ChangeList;
import dev.conclave.status.ElectionDetails;
import dev.conclave.status.NodeStatus;
import dev.conclave.status.StatusJson;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Answers the requests of operators, whichever server has received them: {@code GET /conclave/status} and the other routes of
 * docs/operations.md. Thread-safe; no method waits.
 */
public final class OperatorRoutes {

    /** The type of JSON. */
    static final String JSON = "application/json; charset=utf-8";

    private static final String HTML = "text/html; charset=utf-8";
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    /** How long a command may take: longer than any regular hand-over. */
    private static final Duration LONGEST_COMMAND = Duration.ofSeconds(30);

    /** How long the protocol's thread may take to answer before this node counts as dead. */
    private static final Duration LONGEST_PING = Duration.ofSeconds(5);

    private static final String REPLACEMENT = "\ufffd";
    private static final int LONGEST_QUERY = 4096;
    private static final int DEFAULT_ROWS = 50;

    private static final Map<String, String> HEADERS = Map.of(
            "Cache-Control", "no-store",
            "X-Content-Type-Options", "nosniff");

    /** The page has one file and loads nothing else; {@code 'unsafe-inline'} concerns what that file itself contains. */
    private static final Map<String, String> PAGE_HEADERS = Map.of(
            "Cache-Control", "no-store",
            "X-Content-Type-Options", "nosniff",
            "X-Frame-Options", "DENY",
            "Referrer-Policy", "no-referrer",
            "Content-Security-Policy",
                    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self';"
                            + " img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'");

    private final NodeControl node;
    private final HttpSettings settings;
    private final Access access;
    private final AtomicInteger streams;

    private final List<Route> routes = List.of(
            new Route(Guard.NONE, "/conclave", asked -> moved()),
            new Route(Guard.NONE, "/conclave/", asked -> page()),
            new Route(Guard.NONE, "/conclave/livez", asked -> live()),
            new Route(Guard.NONE, "/conclave/readyz", asked -> ready()),
            new Route(Guard.NONE, "/conclave/leader/*", asked -> leader(asked.name, true)),
            new Route(Guard.NONE, "/conclave/replica/*", asked -> leader(asked.name, false)),
            new Route(Guard.READ, "/conclave/status", asked -> status()),
            new Route(Guard.READ, "/conclave/elections", this::elections),
            new Route(Guard.READ, "/conclave/elections/*", asked -> election(asked.name)),
            new Route(Guard.READ, "/conclave/changes", this::changes),
            new Route(Guard.READ, "/conclave/events", this::events),
            new Route(Guard.READ, "/metrics", asked -> metrics()),
            new Route(Guard.WRITE, "/conclave/elections/*/hand-over", this::handOver),
            new Route(Guard.WRITE, "/conclave/elections/*/stand", this::stand),
            new Route(Guard.WRITE, "/conclave/elections/*/withdraw", this::withdraw),
            new Route(Guard.WRITE, "/conclave/drain", this::drain),
            new Route(Guard.WRITE, "/conclave/undrain", this::undrain));

    /**
     * Creates the routes of a node.
     *
     * @param ownServer whether the requests come through Conclave's own server
     */
    public OperatorRoutes(NodeControl node, HttpSettings settings, boolean ownServer) {
        this.node = node;
        this.settings = settings;
        this.streams = node.eventStreams();
        this.access = new Access(settings, ownServer);
    }

    /** Answers a request. Never throws. */
    public OperatorAnswer answer(OperatorRequest request) {
        try {
            return request.query().length() > LONGEST_QUERY
                    ? error(414, "the query is longer than " + LONGEST_QUERY + " characters")
                    : route(request);
        } catch (IllegalArgumentException wrong) {
            return error(400, String.valueOf(wrong.getMessage()));
        } catch (RuntimeException failed) {
            return error(500, "this node could not answer: " + failed);
        }
    }

    /** The condition under which a request is answered. */
    private enum Guard {
        /** Everybody may ask: probes, load balancers, and the page itself, which knows nothing. */
        NONE,
        READ,
        WRITE
    }

    /**
     * The parts of a request to a route.
     *
     * @param name the decoded segment that stands for {@code *}; empty if the route has none
     * @param by the cause of a command, in words; empty for reads
     */
    private record Asked(OperatorRequest request, String name, Map<String, String> query, String by) {}

    private record Route(Guard guard, List<String> pattern, Function<Asked, OperatorAnswer> answer) {

        Route(Guard guard, String pattern, Function<Asked, OperatorAnswer> answer) {
            this(guard, segments(pattern), answer);
        }

        boolean fits(List<String> path) {
            return pattern.size() == path.size()
                    && IntStream.range(0, path.size())
                            .allMatch(i ->
                                    pattern.get(i).equals("*") || pattern.get(i).equals(path.get(i)));
        }

        String name(List<String> path) {
            int star = pattern.indexOf("*");
            return star < 0 ? "" : path.get(star);
        }

        boolean takes(String method) {
            return guard == Guard.WRITE ? method.equals("POST") : method.equals("GET") || method.equals("HEAD");
        }
    }

    private OperatorAnswer route(OperatorRequest request) {
        List<String> path = segments(request.path());
        Optional<Route> found = routes.stream().filter(one -> one.fits(path)).findFirst();
        if (found.isEmpty()) {
            return notFound();
        }
        Route route = found.get();
        if (!route.takes(request.method())) {
            return notAllowed(route.guard == Guard.WRITE ? "POST" : "GET");
        }
        Optional<Access.Refusal> refused = switch (route.guard) {
            case NONE -> Optional.empty();
            case READ -> access.refusesRead(request);
            case WRITE -> access.refusesWrite(request);
        };
        if (refused.isPresent()) {
            return refusal(refused.get());
        }
        String by = route.guard == Guard.WRITE
                ? "operator (token " + access.token(request).orElse("") + ")"
                : "";
        try {
            return route.answer.apply(new Asked(request, route.name(path), query(request), by));
        } catch (Unknown unknown) {
            return error(404, String.valueOf(unknown.getMessage()));
        } catch (IllegalStateException refusing) {
            return error(409, String.valueOf(refusing.getMessage()));
        }
    }

    private static final class Unknown extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;

        Unknown(String message) {
            super(message);
        }
    }

    private ElectionName known(String name) {
        ElectionName election = new ElectionName(name);
        if (node.reader().election(election).isEmpty()) {
            throw new Unknown(unknown(name));
        }
        return election;
    }

    private String unknown(String name) {
        return node.self() + " does not know the election \"" + PrintableText.of(name)
                + "\": see GET /conclave/elections for those that it knows";
    }

    // ---- reads

    private static OperatorAnswer moved() {
        return new OperatorAnswer.Complete(308, JSON, "", Map.of("Location", "/conclave/"));
    }

    private OperatorAnswer page() {
        try (InputStream page = OperatorRoutes.class.getResourceAsStream("/dev/conclave/http/page.html")) {
            return page == null
                    ? notFound()
                    : new OperatorAnswer.Complete(
                            200, HTML, new String(page.readAllBytes(), StandardCharsets.UTF_8), PAGE_HEADERS);
        } catch (IOException unreadable) {
            return error(500, "the page cannot be read: " + unreadable.getMessage());
        }
    }

    private OperatorAnswer live() {
        CompletionStage<OperatorAnswer.Complete> alive = limited(node.ping(), LONGEST_PING)
                .handle((done, failure) -> failure == null
                        ? json(200, Map.of("live", true))
                        : json(
                                503,
                                Map.of(
                                        "live",
                                        false,
                                        "error",
                                        "the protocol's thread of " + node.self() + " has not answered for "
                                                + LONGEST_PING.toSeconds() + " s")));
        return new OperatorAnswer.Later(alive);
    }

    private OperatorAnswer ready() {
        Optional<String> why = node.whyNotReady();
        return why.isEmpty() ? json(200, Map.of("ready", true)) : json(503, Map.of("ready", false, "error", why.get()));
    }

    private OperatorAnswer status() {
        return json(
                200,
                node.reader()
                        .status(
                                node.whyNotReady(),
                                new NodeStatus.EventStreams(streams.get(), settings.eventStreams())));
    }

    private OperatorAnswer elections(Asked asked) {
        Map<String, String> query = asked.query;
        String show = query.getOrDefault("show", "all");
        StatusReader.Selection selection;
        try {
            selection = StatusReader.Selection.valueOf(show.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            throw new IllegalArgumentException(
                    "show is \"" + PrintableText.of(show) + "\"; it must be all, leading, led or leaderless");
        }
        return json(
                200,
                node.reader()
                        .elections(
                                query.getOrDefault("search", ""),
                                selection,
                                number(query, "offset", 0),
                                number(query, "limit", DEFAULT_ROWS)));
    }

    private OperatorAnswer election(String name) {
        Optional<ElectionDetails> details = node.reader().election(new ElectionName(name));
        return details.isPresent() ? json(200, details.get()) : error(404, unknown(name));
    }

    private OperatorAnswer changes(Asked asked) {
        Map<String, String> query = asked.query;
        Optional<String> election = Optional.ofNullable(query.get("election"));
        int limit = number(query, "limit", Integer.MAX_VALUE);
        var kept = node.changes()
                .matching(change -> election.isEmpty() || election.get().equals(change.election()));
        return json(
                200,
                new ChangeList(
                        NodeStatus.FORMAT_VERSION,
                        node.self().toString(),
                        kept.subList(Math.max(0, kept.size() - limit), kept.size())));
    }

    private OperatorAnswer events(Asked asked) {
        String since = asked.request
                .header("Last-Event-ID")
                .or(() -> Optional.ofNullable(asked.query.get("since")))
                .orElse("");
        long after;
        try {
            after = since.isEmpty() ? node.changes().newest() : Long.parseLong(since);
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException(
                    "\"" + PrintableText.of(since) + "\" is not the id of a change, which is a number");
        }
        if (asked.request.method().equals("HEAD")) {
            return new OperatorAnswer.Complete(200, EventStream.TYPE, "", HEADERS);
        }
        if (streams.incrementAndGet() > settings.eventStreams()) {
            streams.decrementAndGet();
            return error(
                    503,
                    "all " + settings.eventStreams() + " streams of events of " + node.self()
                            + " are taken: close one, ask again later, or raise conclave.http.event-streams");
        }
        return new OperatorAnswer.Streaming(new EventStream(node.changes(), after, streams::decrementAndGet));
    }

    /** Answers a load balancer: 200 on the leader, or on every other node that knows one. */
    private OperatorAnswer leader(String name, boolean wantsLeader) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("election", name);
        Optional<ElectionDetails> details = node.reader().election(new ElectionName(name));
        details.flatMap(ElectionDetails::leader).ifPresent(leader -> body.put("leader", leader));
        details.ifPresent(known -> body.put("term", known.term()));
        body.put("self", node.self().toString());
        boolean leads = details.flatMap(ElectionDetails::leaseLeftMillis).isPresent();
        boolean knows = details.flatMap(ElectionDetails::leader).isPresent();
        return json((wantsLeader ? leads : knows && !leads) ? 200 : 503, body);
    }

    private OperatorAnswer metrics() {
        return node.metrics()
                .<OperatorAnswer>map(text -> new OperatorAnswer.Complete(200, PROMETHEUS, text.get(), HEADERS))
                .orElseGet(OperatorRoutes::notFound);
    }

    // ---- writes

    private OperatorAnswer handOver(Asked asked) {
        Optional<PeerId> to = Optional.ofNullable(asked.query.get("to")).map(PeerId::parse);
        return later(node.handOver(known(asked.name), to, asked.by));
    }

    private OperatorAnswer stand(Asked asked) {
        node.stand(known(asked.name), asked.by);
        return done();
    }

    private OperatorAnswer withdraw(Asked asked) {
        node.withdraw(known(asked.name), asked.by);
        return done();
    }

    private OperatorAnswer drain(Asked asked) {
        return later(node.drain(asked.by));
    }

    private OperatorAnswer undrain(Asked asked) {
        node.undrain(asked.by);
        return done();
    }

    private OperatorAnswer later(CompletionStage<Done> command) {
        return new OperatorAnswer.Later(limited(command, LONGEST_COMMAND).handle((done, failure) -> {
            if (failure == null) {
                return done();
            }
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            return cause instanceof TimeoutException
                    ? error(
                            504,
                            "the command has not ended after " + LONGEST_COMMAND.toSeconds()
                                    + " s; it may still succeed: see GET /conclave/status")
                    : error(409, String.valueOf(cause.getMessage()));
        }));
    }

    private static CompletionStage<Done> limited(CompletionStage<Done> stage, Duration limit) {
        CompletableFuture<Done> limited = new CompletableFuture<>();
        var unused = stage.whenComplete((done, failure) -> {
            if (failure == null) {
                limited.complete(done);
            } else {
                limited.completeExceptionally(failure);
            }
        });
        return FutureTimeouts.failing(limited, limit);
    }

    private OperatorAnswer.Complete done() {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("done", true);
        body.put("self", node.self().toString());
        return json(200, body);
    }

    // ---- answers

    private static OperatorAnswer.Complete json(int status, Object body) {
        return new OperatorAnswer.Complete(status, JSON, StatusJson.write(body), HEADERS);
    }

    static OperatorAnswer.Complete error(int status, String why) {
        return json(status, Map.of("error", why));
    }

    private static OperatorAnswer refusal(Access.Refusal refused) {
        OperatorAnswer.Complete answer = error(refused.status(), refused.why());
        if (refused.status() != 401) {
            return answer;
        }
        Map<String, String> headers = new LinkedHashMap<>(HEADERS);
        headers.put("WWW-Authenticate", "Bearer realm=\"conclave\"");
        return new OperatorAnswer.Complete(401, answer.type(), answer.body(), headers);
    }

    private static OperatorAnswer notFound() {
        return error(404, "there is nothing at this path: see docs/operations.md for the routes");
    }

    private static OperatorAnswer notAllowed(String allowed) {
        OperatorAnswer.Complete answer = error(405, "use the method " + allowed + " here");
        Map<String, String> headers = new LinkedHashMap<>(HEADERS);
        headers.put("Allow", allowed);
        return new OperatorAnswer.Complete(405, answer.type(), answer.body(), headers);
    }

    // ---- the parts of a request

    /** The decoded segments of a path; a slash at the end is an empty one. */
    private static List<String> segments(String path) {
        List<String> segments = new ArrayList<>();
        for (String one : path.substring(path.startsWith("/") ? 1 : 0).split("/", -1)) {
            segments.add(decode(one));
        }
        return segments;
    }

    private static Map<String, String> query(OperatorRequest request) {
        Map<String, String> query = new LinkedHashMap<>();
        for (String one : request.query().split("&", -1)) {
            int equals = one.indexOf('=');
            if (equals > 0) {
                query.putIfAbsent(
                        decode(one.substring(0, equals)),
                        decode(one.substring(equals + 1).replace("+", "%20")));
            }
        }
        return query;
    }

    /** Decodes percent signs, and leaves a plus as it is, which only forms write for a space. */
    private static String decode(String text) {
        String decoded;
        try {
            decoded = URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException wrong) {
            decoded = REPLACEMENT;
        }
        // The decoder puts a replacement in the place of bytes that are not UTF-8; it may also have been sent.
        if (decoded.contains(REPLACEMENT) && !text.toUpperCase(Locale.ROOT).contains("%EF%BF%BD")) {
            throw new IllegalArgumentException("\"" + PrintableText.of(text) + "\" is not percent-encoded UTF-8");
        }
        return decoded;
    }

    private static int number(Map<String, String> query, String name, int otherwise) {
        String text = query.getOrDefault(name, "");
        try {
            int number = text.isEmpty() ? otherwise : Integer.parseInt(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // Answered below.
        }
        throw new IllegalArgumentException(
                name + " is \"" + PrintableText.of(text) + "\"; it must be a whole number of zero or above");
    }
}

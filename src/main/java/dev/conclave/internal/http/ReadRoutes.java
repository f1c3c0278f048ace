package dev.conclave.internal.http;

import dev.conclave.core.ElectionName;
import dev.conclave.core.PrintableText;
import dev.conclave.internal.http.Route.Guard;
import dev.conclave.internal.node.NodeControl;
import dev.conclave.internal.node.StatusReader;
import dev.conclave.internal.settings.HttpSettings;
import dev.conclave.status.ChangeList;
import dev.conclave.status.ElectionDetails;
import dev.conclave.status.NodeStatus;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** The routes that change nothing: the page, probes, the state of the node, its changes and its meters. */
final class ReadRoutes {

    private static final String HTML = "text/html; charset=utf-8";
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    /** How long the protocol's thread may take to answer before this node counts as dead. */
    private static final Duration LONGEST_PING = Duration.ofSeconds(5);

    private static final int DEFAULT_ROWS = 50;

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
    private final AtomicInteger streams;

    ReadRoutes(NodeControl node, HttpSettings settings) {
        this.node = node;
        this.settings = settings;
        this.streams = node.eventStreams();
    }

    List<Route> all() {
        return List.of(
                new Route(Guard.NONE, "/conclave", asked -> moved()),
                new Route(Guard.NONE, "/conclave/", asked -> page()),
                new Route(Guard.NONE, "/conclave/livez", asked -> live()),
                new Route(Guard.NONE, "/conclave/readyz", asked -> ready()),
                new Route(Guard.NONE, "/conclave/leader/*", asked -> leader(asked.name(), true)),
                new Route(Guard.NONE, "/conclave/replica/*", asked -> leader(asked.name(), false)),
                new Route(Guard.READ, "/conclave/status", asked -> status()),
                new Route(Guard.READ, "/conclave/elections", this::elections),
                new Route(Guard.READ, "/conclave/elections/*", asked -> election(asked.name())),
                new Route(Guard.READ, "/conclave/changes", this::changes),
                new Route(Guard.READ, "/conclave/events", this::events),
                new Route(Guard.READ, "/metrics", asked -> metrics()));
    }

    private static OperatorAnswer moved() {
        return new OperatorAnswer.Complete(308, Answers.JSON, "", Map.of("Location", "/conclave/"));
    }

    private OperatorAnswer page() {
        try (InputStream page = ReadRoutes.class.getResourceAsStream("/dev/conclave/http/page.html")) {
            return page == null
                    ? Answers.notFound()
                    : new OperatorAnswer.Complete(
                            200, HTML, new String(page.readAllBytes(), StandardCharsets.UTF_8), PAGE_HEADERS);
        } catch (IOException unreadable) {
            return Answers.error(500, "the page cannot be read: " + unreadable.getMessage());
        }
    }

    private OperatorAnswer live() {
        return Answers.later(
                node.ping(),
                LONGEST_PING,
                done -> Answers.json(200, Map.of("live", true)),
                failure -> Answers.json(
                        503,
                        Map.of(
                                "live",
                                false,
                                "error",
                                "the protocol's thread of " + node.self() + " has not answered for "
                                        + LONGEST_PING.toSeconds() + " s")));
    }

    private OperatorAnswer ready() {
        Optional<String> why = node.whyNotReady();
        return why.isEmpty()
                ? Answers.json(200, Map.of("ready", true))
                : Answers.json(503, Map.of("ready", false, "error", why.get()));
    }

    private OperatorAnswer status() {
        return Answers.json(
                200,
                node.reader()
                        .status(
                                node.whyNotReady(),
                                new NodeStatus.EventStreams(streams.get(), settings.eventStreams())));
    }

    private OperatorAnswer elections(Asked asked) {
        Map<String, String> query = asked.query();
        String show = query.getOrDefault("show", "all");
        StatusReader.Selection selection;
        try {
            selection = StatusReader.Selection.valueOf(show.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            throw new IllegalArgumentException(
                    "show is \"" + PrintableText.of(show) + "\"; it must be all, leading, led or leaderless");
        }
        return Answers.json(
                200,
                node.reader()
                        .elections(
                                query.getOrDefault("search", ""),
                                selection,
                                asked.number("offset", 0),
                                asked.number("limit", DEFAULT_ROWS)));
    }

    private OperatorAnswer election(String name) {
        Optional<ElectionDetails> details = node.reader().election(new ElectionName(name));
        return Answers.json(200, details.orElseThrow(() -> new UnknownElection(node.self(), name)));
    }

    private OperatorAnswer changes(Asked asked) {
        Map<String, String> query = asked.query();
        Optional<String> election = Optional.ofNullable(query.get("election"));
        int limit = asked.number("limit", Integer.MAX_VALUE);
        var kept = node.changes()
                .matching(change -> election.isEmpty() || election.get().equals(change.election()));
        return Answers.json(
                200,
                new ChangeList(
                        NodeStatus.FORMAT_VERSION,
                        node.self().toString(),
                        kept.subList(Math.max(0, kept.size() - limit), kept.size())));
    }

    private OperatorAnswer events(Asked asked) {
        String since = asked.request()
                .header("Last-Event-ID")
                .or(() -> Optional.ofNullable(asked.query().get("since")))
                .orElse("");
        long after;
        try {
            after = since.isEmpty() ? node.changes().newest() : Long.parseLong(since);
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException(
                    "\"" + PrintableText.of(since) + "\" is not the id of a change, which is a number");
        }
        if (asked.request().method().equals("HEAD")) {
            return new OperatorAnswer.Complete(200, EventStream.TYPE, "", Answers.HEADERS);
        }
        if (streams.incrementAndGet() > settings.eventStreams()) {
            streams.decrementAndGet();
            return Answers.error(
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
        details.ifPresent(known -> {
            body.put("term", known.term());
            body.put("termText", known.termText());
        });
        body.put("self", node.self().toString());
        boolean leads = details.flatMap(ElectionDetails::leaseLeftMillis).isPresent();
        boolean knows = details.flatMap(ElectionDetails::leader).isPresent();
        return Answers.json((wantsLeader ? leads : knows && !leads) ? 200 : 503, body);
    }

    private OperatorAnswer metrics() {
        return node.metrics()
                .<OperatorAnswer>map(text -> new OperatorAnswer.Complete(200, PROMETHEUS, text.get(), Answers.HEADERS))
                .orElseGet(Answers::notFound);
    }
}

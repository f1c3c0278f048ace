package dev.conclave.management;

import akka.NotUsed;
import akka.actor.ExtendedActorSystem;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Adapter;
import akka.http.javadsl.model.ContentType;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.model.headers.RawHeader;
import akka.http.javadsl.server.AllDirectives;
import akka.http.javadsl.server.Route;
import akka.management.javadsl.ManagementRouteProvider;
import akka.management.javadsl.ManagementRouteProviderSettings;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import dev.conclave.Conclave;
import dev.conclave.internal.http.EventStream;
import dev.conclave.internal.http.OperatorAnswer;
import dev.conclave.internal.http.OperatorRequest;
import dev.conclave.internal.http.OperatorRoutes;
import dev.conclave.internal.node.NodeControl;
import dev.conclave.internal.node.Telemetry;
import dev.conclave.internal.settings.HttpSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import scala.concurrent.duration.FiniteDuration;

/**
 * The routes below {@code /conclave} in Akka Management, which creates this class by its name:
 *
 * <pre>{@code
 * akka.management.http.routes.conclave = "dev.conclave.management.ConclaveRoutes"
 * }</pre>
 *
 * <p>They are those of Conclave's own HTTP server. Commands are refused unless {@code
 * akka.management.http.route-providers-read-only} is off, {@code conclave.http.writes} is on, and the request shows one of {@code
 * conclave.http.tokens}. The routes do not exist while Conclave is dormant.
 */
public final class ConclaveRoutes extends AllDirectives implements ManagementRouteProvider {

    private static final String PREFIX = "/conclave";

    /** How long a client may take to send the content of its request. */
    private static final FiniteDuration LONGEST_READ = FiniteDuration.apply(5, TimeUnit.SECONDS);

    /** How often a stream of events looks for changes. */
    private static final Duration LOOKS_EVERY = Duration.ofMillis(100);

    private final ActorSystem<?> system;

    /**
     * Called by Akka Management.
     *
     * @param system the actor system whose node answers
     */
    public ConclaveRoutes(ExtendedActorSystem system) {
        this.system = Adapter.toTyped(system);
    }

    /**
     * Returns the routes. Called by Akka Management.
     *
     * @param management the settings of Akka Management
     * @return the routes; requests to other paths are left to other routes
     */
    @Override
    public Route routes(ManagementRouteProviderSettings management) {
        // Starts the node, if its actor system has not yet.
        Conclave unused = Conclave.get(system);
        Optional<NodeControl> node = Telemetry.get(system).control();
        if (node.isEmpty()) {
            return reject();
        }
        HttpSettings own = HttpSettings.of(system.settings().config().getConfig("conclave"));
        OperatorRoutes routes = new OperatorRoutes(node.get(), management.readOnly() ? own.readOnly() : own, false);
        return extractUnmatchedPath(path -> path.equals(PREFIX) || path.startsWith(PREFIX + "/")
                ? withSizeLimit(
                        OperatorRequest.MOST_CONTENT + 1L,
                        () -> extractStrictEntity(
                                LONGEST_READ,
                                content -> extractRequest(request -> extractUri(uri -> answer(routes.answer(
                                        asked(request, path, uri.rawQueryString(), content.getData())))))))
                : reject());
    }

    private static OperatorRequest asked(HttpRequest request, String path, Optional<String> query, ByteString content) {
        return new OperatorRequest(
                request.method().name(),
                path,
                query.orElse(""),
                name -> request.getHeader(name).map(HttpHeader::value),
                content::toArray);
    }

    private Route answer(OperatorAnswer answer) {
        if (answer instanceof OperatorAnswer.Complete complete) {
            return complete(response(complete));
        }
        if (answer instanceof OperatorAnswer.Later later) {
            return completeWithFuture(later.answer().thenApply(ConclaveRoutes::response));
        }
        return complete(streaming(((OperatorAnswer.Streaming) answer).events()));
    }

    private static HttpResponse response(OperatorAnswer.Complete answer) {
        return HttpResponse.create()
                .withStatus(StatusCodes.get(answer.status()))
                .addHeaders(answer.headers().entrySet().stream()
                        .<HttpHeader>map(header -> RawHeader.create(header.getKey(), header.getValue()))
                        .toList())
                .withEntity(type(answer.type()), answer.body().getBytes(StandardCharsets.UTF_8));
    }

    private static ContentType type(String type) {
        return ContentTypes.parse(type);
    }

    private static HttpResponse streaming(EventStream events) {
        Source<ByteString, NotUsed> texts = Source.single(events.begin())
                .concat(Source.tick(LOOKS_EVERY, LOOKS_EVERY, "")
                        .map(tick -> events.next())
                        .filter(text -> !text.isEmpty()))
                .map(ByteString::fromString)
                .watchTermination((started, ended) -> {
                    ended.whenComplete((done, failure) -> events.close());
                    return started;
                });
        return HttpResponse.create()
                .addHeader(RawHeader.create("Cache-Control", "no-store"))
                .withEntity(HttpEntities.create(type(EventStream.TYPE), texts));
    }
}

package dev.conclave.internal.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.conclave.internal.settings.HttpSettings;
import dev.conclave.logging.AsyncLogger;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

/**
 * Conclave's own server, that of the JDK: it needs no library. It is open before the node sends its first hello, which names its
 * port, and answers from then on what {@link OperatorRoutes} answers. Elections never wait for it: it has threads of its own, and
 * reads what the protocol shows.
 */
public final class HttpEndpoint implements AutoCloseable {

    private static final AsyncLogger LOG = AsyncLogger.of(HttpEndpoint.class);

    /** The threads for requests that are no streams. */
    private static final int THREADS = 24;

    private static final int BACKLOG = 128;

    /** A content up to this size is read to its end, although it is refused. */
    private static final long MOST_DISCARDED = 1024 * 1024;

    private final HttpServer server;
    private final ExchangeExecutor executor;
    private volatile Optional<OperatorRoutes> routes = Optional.empty();

    private HttpEndpoint(HttpServer server, ExchangeExecutor executor) {
        this.server = server;
        this.executor = executor;
    }

    /**
     * Listens.
     *
     * @throws IllegalStateException if it cannot listen there, or the files for TLS cannot be used; names the setting and the
     *     remedy
     */
    public static HttpEndpoint open(HttpSettings settings) {
        int port = settings.port().orElseThrow();
        HttpServer server;
        try {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(settings.host()), port);
            server = settings.tls().isPresent()
                    ? secured(settings.tls().get(), address)
                    : HttpServer.create(address, BACKLOG);
        } catch (IOException unusable) {
            throw new IllegalStateException(
                    "conclave.http cannot listen on " + settings.host() + " port " + port + ": "
                            + unusable.getMessage()
                            + "; choose a free conclave.http.port and an address of this machine for conclave.http.host",
                    unusable);
        }
        ExchangeExecutor executor = new ExchangeExecutor(THREADS + settings.eventStreams());
        HttpEndpoint endpoint = new HttpEndpoint(server, executor);
        server.setExecutor(executor);
        server.createContext("/", endpoint::handle);
        endpoint.start();
        return endpoint;
    }

    /** Starts the server on a daemon thread, from which its own thread inherits that it keeps no process alive. */
    private void start() {
        CompletableFuture<Void> started = new CompletableFuture<>();
        Thread starter = new Thread(
                () -> {
                    server.start();
                    started.complete(null);
                },
                "conclave-http-start");
        starter.setDaemon(true);
        starter.start();
        started.join();
    }

    private static HttpsServer secured(HttpSettings.Tls tls, InetSocketAddress address) throws IOException {
        SSLContext context = context(tls);
        HttpsServer server = HttpsServer.create(address, BACKLOG);
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters all = context.getDefaultSSLParameters();
                all.setNeedClientAuth(true);
                parameters.setSSLParameters(all);
            }
        });
        return server;
    }

    private static SSLContext context(HttpSettings.Tls tls) {
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(
                    store("key-store", tls.keyStore(), tls.keyStorePassword()),
                    tls.keyStorePassword().toCharArray());
            TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trusted.init(store("trust-store", tls.trustStore(), tls.trustStorePassword()));
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trusted.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException unusable) {
            throw new IllegalStateException(
                    "conclave.http.tls cannot be used: " + unusable.getMessage()
                            + "; check the two files with keytool -list",
                    unusable);
        }
    }

    private static KeyStore store(String setting, String path, String password) throws GeneralSecurityException {
        try (InputStream in = new FileInputStream(path)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, password.toCharArray());
            return store;
        } catch (IOException unreadable) {
            throw new IllegalStateException(
                    "conclave.http.tls." + setting + " is \"" + path + "\", which cannot be read: "
                            + unreadable.getMessage() + "; name a file in the format PKCS12, and its password",
                    unreadable);
        }
    }

    /** The port on which this server listens. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** Answers with these routes from now on; before, every request is answered with 503. */
    public void serve(OperatorRoutes answering) {
        routes = Optional.of(answering);
    }

    private void handle(HttpExchange exchange) throws IOException {
        ExchangeExecutor.enter(ExchangeExecutor.Phase.ANSWERING);
        try (exchange) {
            long length = contentLength(exchange);
            if (length > OperatorRequest.MOST_CONTENT) {
                if (length <= MOST_DISCARDED) {
                    discardContent(exchange);
                }
                exchange.getResponseHeaders().set("Connection", "close");
                write(exchange, Answers.tooLarge());
                return;
            }
            OperatorAnswer answer = routes.map(all -> all.answer(request(exchange)))
                    .orElseGet(() -> Answers.error(503, "this node is starting"));
            if (answer instanceof OperatorAnswer.Complete complete) {
                write(exchange, complete);
            } else if (answer instanceof OperatorAnswer.Later later) {
                write(exchange, later.answer().toCompletableFuture().get());
            } else if (answer instanceof OperatorAnswer.Streaming streaming) {
                try (EventStream events = streaming.events()) {
                    stream(exchange, events);
                }
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | CompletionException failed) {
            LOG.warn("A request was not answered", failed);
        }
    }

    private static long contentLength(HttpExchange exchange) {
        String length = exchange.getRequestHeaders().getFirst("Content-Length");
        try {
            return length == null ? 0 : Long.parseLong(length.strip());
        } catch (NumberFormatException wrong) {
            return Long.MAX_VALUE;
        }
    }

    private static OperatorRequest request(HttpExchange exchange) {
        return new OperatorRequest(
                exchange.getRequestMethod(),
                Optional.ofNullable(exchange.getRequestURI().getRawPath()).orElse(""),
                Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse(""),
                name -> Optional.ofNullable(exchange.getRequestHeaders().getFirst(name)),
                () -> content(exchange));
    }

    /** A connection that is closed with unread content is reset, and its client may lose the answer. */
    private static void discardContent(HttpExchange exchange) throws IOException {
        ExchangeExecutor.enter(ExchangeExecutor.Phase.READING);
        exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
        ExchangeExecutor.enter(ExchangeExecutor.Phase.ANSWERING);
    }

    private static byte[] content(HttpExchange exchange) {
        ExchangeExecutor.enter(ExchangeExecutor.Phase.READING);
        try {
            return exchange.getRequestBody().readNBytes(OperatorRequest.MOST_CONTENT + 1);
        } catch (IOException unreadable) {
            throw new UncheckedIOException("the content of the request has not arrived", unreadable);
        } finally {
            ExchangeExecutor.enter(ExchangeExecutor.Phase.ANSWERING);
        }
    }

    private static void write(HttpExchange exchange, OperatorAnswer.Complete answer) throws IOException {
        ExchangeExecutor.enter(ExchangeExecutor.Phase.WRITING);
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", answer.type());
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        boolean head = exchange.getRequestMethod().equals("HEAD");
        if (head || body.length == 0) {
            exchange.sendResponseHeaders(answer.status(), -1);
            return;
        }
        exchange.sendResponseHeaders(answer.status(), body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    private static void stream(HttpExchange exchange, EventStream events) throws IOException, InterruptedException {
        exchange.getResponseHeaders().set("Content-Type", EventStream.TYPE);
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        ExchangeExecutor.enter(ExchangeExecutor.Phase.WRITING);
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            String text = events.begin();
            while (true) {
                if (!text.isEmpty()) {
                    ExchangeExecutor.enter(ExchangeExecutor.Phase.WRITING);
                    out.write(text.getBytes(StandardCharsets.UTF_8));
                    out.flush();
                }
                ExchangeExecutor.enter(ExchangeExecutor.Phase.ANSWERING);
                text = events.await();
            }
        }
    }

    /** Stops listening and closes all connections. */
    @Override
    public void close() {
        server.stop(0);
        executor.close();
    }
}

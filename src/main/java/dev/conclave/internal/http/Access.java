package dev.conclave.internal.http;

import dev.conclave.internal.settings.HttpSettings;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;

/** Decides whether a request may read or write. */
final class Access {

    private static final String BEARER = "Bearer ";

    private final HttpSettings settings;
    private final boolean readsNeedToken;
    private final boolean checksHost;
    private final boolean asksForCertificates;

    /**
     * Creates the rules.
     *
     * @param ownServer whether Conclave's own server receives the requests, to whose address the settings belong
     */
    Access(HttpSettings settings, boolean ownServer) {
        this.settings = settings;
        this.readsNeedToken = ownServer && settings.readsNeedToken();
        this.asksForCertificates = ownServer && settings.tls().isPresent();
        this.checksHost = ownServer && settings.isLoopback();
    }

    /**
     * A refusal.
     *
     * @param status the status of HTTP
     * @param why one sentence
     */
    record Refusal(int status, String why) {}

    /** Why a request may not read; empty if it may. */
    Optional<Refusal> refusesRead(OperatorRequest request) {
        if (token(request).isPresent()) {
            return Optional.empty();
        }
        if (readsNeedToken) {
            return Optional.of(noToken(request));
        }
        if (checksHost && !isOfThisMachine(request.header("Host").orElse(""))) {
            return Optional.of(new Refusal(
                    403,
                    "the header Host names another machine: ask this node as localhost, by its address, or with a"
                            + " token"));
        }
        return Optional.empty();
    }

    /** Why a request may not read data of the application; empty if it may: it needs a token or a client's certificate. */
    Optional<Refusal> refusesReadOfValue(OperatorRequest request) {
        return token(request).isPresent() || asksForCertificates ? refusesRead(request) : Optional.of(noToken(request));
    }

    /** Why a request may not change anything; empty if it may. */
    Optional<Refusal> refusesWrite(OperatorRequest request) {
        if (!settings.writes()) {
            return Optional.of(new Refusal(
                    403, "commands are switched off on this node: set conclave.http.writes = on, and a token"));
        }
        if (isFromAnotherSite(request)) {
            return Optional.of(new Refusal(403, "a command must not come from a page of another site"));
        }
        return token(request).isPresent() ? Optional.empty() : Optional.of(noToken(request));
    }

    private static Refusal noToken(OperatorRequest request) {
        return new Refusal(
                401,
                request.header("Authorization").isPresent()
                        ? "this node does not know this token: its tokens are those in conclave.http.tokens"
                        : "a token is needed: send the header Authorization: Bearer, with a secret from"
                                + " conclave.http.tokens");
    }

    /** The name of the token that the request shows. */
    Optional<String> token(OperatorRequest request) {
        return request.header("Authorization")
                .filter(shown -> shown.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .map(shown -> shown.substring(BEARER.length()).strip().getBytes(StandardCharsets.UTF_8))
                .flatMap(shown -> settings.tokens().entrySet().stream()
                        // In constant time, so that a secret cannot be guessed letter by letter.
                        .filter(known ->
                                MessageDigest.isEqual(known.getValue().getBytes(StandardCharsets.UTF_8), shown))
                        .map(Map.Entry::getKey)
                        .findFirst());
    }

    private static boolean isFromAnotherSite(OperatorRequest request) {
        Optional<String> site = request.header("Sec-Fetch-Site");
        if (site.isPresent() && !site.get().equals("same-origin") && !site.get().equals("none")) {
            return true;
        }
        Optional<String> origin = request.header("Origin");
        return origin.isPresent() && !authority(origin.get()).equals(request.header("Host"));
    }

    private static Optional<String> authority(String origin) {
        try {
            return Optional.ofNullable(new URI(origin).getRawAuthority());
        } catch (URISyntaxException notAnOrigin) {
            return Optional.empty();
        }
    }

    /**
     * Whether a header Host names this machine. A page of another site can let its own name resolve to a loopback address, and a
     * browser would let it read the answers then.
     */
    private boolean isOfThisMachine(String header) {
        String host = header.startsWith("[") && header.contains("]")
                ? header.substring(1, header.indexOf(']'))
                : header.contains(":") ? header.substring(0, header.indexOf(':')) : header;
        return host.equalsIgnoreCase("localhost")
                || host.equalsIgnoreCase(settings.host())
                || host.indexOf(':') >= 0
                || (!host.isEmpty() && host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9')));
    }
}

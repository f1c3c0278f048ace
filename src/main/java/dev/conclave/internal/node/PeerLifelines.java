package dev.conclave.internal.node;

import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.node.Node;
import dev.conclave.lifeline.Lifeline;
import dev.conclave.logging.AsyncLogger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Keeps a lifeline to every peer from which this node accepts frames, and logs a warning when one does not come up: without it
 * the end of that peer's process is noticed after E rather than after milliseconds, and nothing else shows that. Used on the
 * thread of {@link NodeActor}.
 *
 * <p>The lifeline stops watching a peer that does not answer. So the peer is watched again when a frame of it arrives.
 *
 * <p>Host names are looked up on threads of this class: a slow name service must not delay elections, and the application may
 * block the common pool for ever.
 */
final class PeerLifelines {

    /** The time in nanoseconds for which frames of a peer may arrive without a lifeline to it before that is logged. */
    static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** The time in nanoseconds after which an active peer that is not watched is looked up again. */
    static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** The maximum number of non-voters without a lifeline that are remembered. */
    static final int MAX_MISSING = 256;

    static final int LOOK_UPS_AT_ONCE = 4;

    /** Looks up the addresses of a host. */
    @FunctionalInterface
    interface Names {
        InetAddress[] of(String host) throws UnknownHostException;
    }

    private final NodeEnvironment environment;
    private final AsyncLogger log;
    private final Names names;
    private final ThreadPoolExecutor lookUps;
    /** The newest life of each peer whose name is being looked up. */
    private final Map<PeerId, Sought> sought = new ConcurrentHashMap<>();

    private final Map<PeerId, String> unknownHosts = new ConcurrentHashMap<>();
    private final Map<PeerId, Missing> missing = new HashMap<>();
    private boolean toldOfNonVoter;

    private record Sought(Incarnation incarnation, int port) {}

    private static final class Missing {
        private final long since;
        private long askedAt;
        private boolean told;

        Missing(long since, long askedAt) {
            this.since = since;
            this.askedAt = askedAt;
        }
    }

    PeerLifelines(NodeEnvironment environment) {
        this(environment, InetAddress::getAllByName);
    }

    PeerLifelines(NodeEnvironment environment, Names names) {
        this.environment = environment;
        this.log = environment.logs().apply(NodeActor.class);
        this.names = names;
        lookUps = new ThreadPoolExecutor(
                LOOK_UPS_AT_ONCE, LOOK_UPS_AT_ONCE, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
                    Thread thread = new Thread(work, "conclave-names");
                    thread.setDaemon(true);
                    return thread;
                });
        lookUps.allowCoreThreadTimeOut(true);
    }

    /** Notes that this node has met this life of the peer. */
    void met(PeerId peer, Incarnation incarnation, int lifelinePort) {
        missing.remove(peer);
        watch(peer, incarnation, lifelinePort);
    }

    /** Notes that a frame of the peer was accepted. */
    void heard(PeerId peer, Node.Contact contact) {
        if (environment.lifeline().isEmpty()) {
            return;
        }
        Lifeline lifeline = environment.lifeline().get();
        if (lifeline.isUp(peer)) {
            if (!missing.isEmpty()) {
                found(peer);
            }
            return;
        }
        long now = environment.time().nanoTime();
        Missing here = missing.get(peer);
        if (here == null) {
            if (missing.size() >= MAX_MISSING && !isVoter(peer)) {
                return;
            }
            here = new Missing(now, now - AGAIN_NANOS);
            missing.put(peer, here);
        }
        if (now - here.askedAt >= AGAIN_NANOS && !lifeline.isWatching(peer, contact.incarnation())) {
            here.askedAt = now;
            watch(peer, contact.incarnation(), contact.lifelinePort());
        }
        if (!here.told && now - here.since >= PATIENCE_NANOS) {
            here.told = true;
            tell(lifeline, peer, contact);
        }
    }

    private boolean isVoter(PeerId peer) {
        return environment.settings().isVoter(peer);
    }

    private void found(PeerId peer) {
        Missing former = missing.remove(peer);
        if (former != null && former.told && isVoter(peer)) {
            log.info("The lifeline to {} is up", peer);
        }
    }

    /** Logs a warning for each voter, and for only one non-voter, since a wrong environment affects all of them. */
    private void tell(Lifeline lifeline, PeerId peer, Node.Contact contact) {
        if (!isVoter(peer)) {
            if (toldOfNonVoter) {
                return;
            }
            toldOfNonVoter = true;
        }
        String why = contact.lifelinePort() == 0
                ? "conclave.lifeline is off there"
                : lifeline.obstacle(peer).orElse(unknownHosts.getOrDefault(peer, "it is still connecting"));
        log.warn(
                "{} can be reached, but the lifeline to it is not up ({}), so the end of its process is noticed only"
                        + " by its silence, after conclave.election-timeout; let this host connect to its"
                        + " conclave.lifeline-port, or switch lifelines off on all nodes with conclave.lifeline = off"
                        + " (address translation, a proxy)",
                peer,
                why);
    }

    private void watch(PeerId peer, Incarnation incarnation, int port) {
        if (environment.lifeline().isEmpty() || port == 0) {
            return;
        }
        Lifeline lifeline = environment.lifeline().get();
        boolean idle = sought.put(peer, new Sought(incarnation, port)) == null;
        if (isLiteral(peer.host())) {
            lookUp(lifeline, peer);
        } else if (idle) {
            lookUps.execute(() -> lookUp(lifeline, peer));
        }
    }

    /** Whether the host is a literal address, which needs no look-up. */
    private static boolean isLiteral(String host) {
        return host.startsWith("[") || host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    }

    /**
     * Looks the name up and watches the newest life. Only one look-up of a name is under way at a time: a name service that hangs
     * would otherwise take all threads, since the look-up is requested again and again.
     */
    private void lookUp(Lifeline lifeline, PeerId peer) {
        InetAddress[] found = {};
        Optional<Sought> newest;
        try {
            found = names.of(peer.host());
            unknownHosts.remove(peer);
        } catch (UnknownHostException unknown) {
            if (isVoter(peer)) {
                unknownHosts.put(peer, "this host cannot resolve the name " + peer.host());
            }
        } finally {
            newest = Optional.ofNullable(sought.remove(peer));
        }
        if (found.length > 0 && newest.isPresent()) {
            int port = newest.get().port;
            List<InetSocketAddress> addresses = Arrays.stream(found)
                    .map(address -> new InetSocketAddress(address, port))
                    .toList();
            lifeline.watch(peer, newest.get().incarnation, addresses);
        }
    }
}

package dev.conclave.core.scenario;

import dev.conclave.core.Ballot;
import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.PeerId;
import dev.conclave.core.Settings;
import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.electorate.Proposal;
import dev.conclave.core.electorate.WishText;
import dev.conclave.core.node.JournalHead;
import dev.conclave.core.node.Node;
import dev.conclave.core.node.NodeEffect;
import dev.conclave.core.node.NodeInput;
import dev.conclave.core.peer.Input;
import dev.conclave.core.peer.MessageRoute;
import dev.conclave.core.peer.Peer;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The nodes before the peers, in stories about the electorate (E1 to E10). Hellos and words about the electorate are not shown,
 * their ends are.
 */
final class Nodes {

    private static final long MARGIN_NANOS = 200_000_000;

    private final Network network;
    private final Set<String> said = new HashSet<>();
    private boolean used;
    private long draws;

    Nodes(Network network) {
        this.network = network;
    }

    void use() {
        used = true;
    }

    boolean areUsed() {
        return used;
    }

    // ---- lives

    /** The constants with which the host's next life begins: under the configuration on its disk, if there is one (E4). */
    Peer.Self self(Host host, Settings listed) {
        Peer.Self self = Peer.Self.beforeFounding(host.id(), host.incarnation(host.life + 1), listed, MARGIN_NANOS);
        return host.head
                .flatMap(head -> head.electorate().configuration())
                .map(known -> self.under(known.number(), known.settings()))
                .orElse(self);
    }

    void begin(Host host, Settings listed) {
        JournalHead head = JournalHead.open(host.head, host.id(), host.name.charAt(0) * 1_000L + host.life);
        host.head = Optional.of(head);
        Node.Self self = new Node.Self(host.id(), host.incarnation(host.life), listed, MARGIN_NANOS, 7, 0, host.life);
        host.node = Optional.of(Node.start(self, head, network.now()));
        if (host.node.orElseThrow().takesPart()) {
            admit(host);
        }
        tell(host, new NodeInput.MayFound(network.now() / 1_000_000));
        tell(host, new NodeInput.Tick());
    }

    /** An operator wants a change at this host. */
    void wish(Host host, List<String> words) {
        String text = String.join(" ", words).replaceAll("\\b([a-z])\\b", "$1:1");
        tell(
                host,
                new NodeInput.Wished(new Proposal.Request(
                        ++draws, WishText.parse(text), false, "the operator", network.now() / 1_000_000)));
    }

    // ---- frames

    /** A frame from one host to another, for a message that the peer of the first makes now. */
    Optional<NodeInput.Framed> frame(Host from, Host to) {
        int configuration = from.peer.orElseThrow().self().configuration();
        return from.node.flatMap(node -> node.frameTo(to.id(), configuration));
    }

    boolean isHeard(Host host, NodeInput.Framed frame) {
        return tell(host, frame);
    }

    /** Returns whether the input is to be handed on. */
    boolean tell(Host host, NodeInput input) {
        Node.Step step = host.node.orElseThrow().step(network.now(), ++draws * 0x9E3779B97F4A7C15L, input);
        host.node = Optional.of(step.node());
        boolean delivered = false;
        for (NodeEffect effect : step.effects()) {
            delivered |= effect instanceof NodeEffect.Deliver;
            carryOut(host, effect);
        }
        return delivered;
    }

    private void carryOut(Host host, NodeEffect effect) {
        int life = host.life;
        if (effect instanceof NodeEffect.Greet greet) {
            post(host, greet.to(), "Hello", new NodeInput.Greeted(greet.hello()));
        } else if (effect instanceof NodeEffect.Tell tell) {
            Node node = host.node.orElseThrow();
            node.frameTo(tell.to(), node.electorate().durable().number())
                    .ifPresent(header -> post(
                            host,
                            tell.to(),
                            tell.message().getClass().getSimpleName(),
                            new NodeInput.Told(header, tell.message())));
        } else if (effect instanceof NodeEffect.StoreHead store) {
            network.at(
                    network.now() + host.diskNanos,
                    () -> network.tell(host, life, () -> {
                        host.head = Optional.of(store.head());
                        tell(host, new NodeInput.HeadStored(store.head()));
                    }));
        } else if (effect instanceof NodeEffect.Switch to) {
            obey(host, to);
        } else if (effect instanceof NodeEffect.ConfigurationStored stored) {
            say(host, "stores " + show(stored.configuration()));
        } else if (effect instanceof NodeEffect.WishDone) {
            say(host, "has fulfilled its wish");
        } else if (effect instanceof NodeEffect.WishFailed failed) {
            say(host, "refuses a wish: " + failed.why());
        } else if (effect instanceof NodeEffect.WaitingFor waiting) {
            say(host, "waits for " + Trace.names(waiting.missing()));
        } else if (effect instanceof NodeEffect.Dropped dropped) {
            sayOnce(host, dropped.from(), "does not hear " + dropped.from().host() + ": " + dropped.kind());
        }
    }

    private void post(Host from, PeerId receiver, String kind, NodeInput input) {
        Host to = network.host(receiver.host());
        for (long arrival : network.links().arrivals(from.name, to.name, kind, MessageRoute.ARTERY)) {
            network.at(network.now() + arrival, () -> network.tell(to, to.life, () -> tell(to, input)));
        }
    }

    /** E5: the peer obeys the configuration, and takes part if its node is heard. */
    private void obey(Host host, NodeEffect.Switch to) {
        int number = to.configuration().number();
        say(host, "obeys configuration " + number + (to.isHeard() ? "" : ", and is not heard"));
        network.step(host, new Input.Switched(number, to.configuration().settings(), to.isForced(), to.isHeard()));
        if (to.isHeard() && !host.peer.orElseThrow().takesPart()) {
            admit(host);
        }
        tell(host, new NodeInput.PeersSwitched(number));
    }

    /** R6 and E7: loyal to any leader that it may have forgotten, unless its journal holds nothing of the election. */
    private void admit(Host host) {
        boolean owesNothing = host.durable.equals(Ballot.NONE);
        long longest = host.node.orElseThrow().durable().longestElectionNanos();
        network.step(host, new Input.Admitted(owesNothing ? 0 : longest));
    }

    private static String show(Configuration configuration) {
        StringBuilder text = new StringBuilder("configuration " + configuration.number() + " [");
        configuration
                .named()
                .forEach((voter, identity) -> text.append(text.toString().endsWith("[") ? "" : " ")
                        .append(voter.host())
                        .append(directory(voter, identity)));
        return text + "] E " + configuration.electionNanos() / 1_000_000;
    }

    /** The second and later directories of a host are counted by the lives in which they were new. */
    private static String directory(PeerId voter, DirectoryIdentity identity) {
        long life = identity.value() - voter.host().charAt(0) * 1_000L;
        return life == 1 ? "" : " (directory of life " + life + ")";
    }

    private void say(Host host, String what) {
        network.trace().add(network.now(), host.name, what);
    }

    private void sayOnce(Host host, PeerId about, String what) {
        if (said.add(host.name + host.life + about + what)) {
            say(host, what);
        }
    }
}

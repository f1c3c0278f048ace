package dev.conclave.core.scenario;

import dev.conclave.core.Ballot;
import dev.conclave.core.PeerId;
import dev.conclave.core.node.JournalHead;
import dev.conclave.core.node.Node;
import dev.conclave.core.node.NodeEffect;
import dev.conclave.core.node.NodeInput;
import dev.conclave.core.peer.Input;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** The nodes before the peers, in stories about identities and admission (R13, R15). Hellos are not shown, their ends are. */
final class Nodes {

    private final Network network;
    private final Set<String> said = new HashSet<>();
    private boolean used;

    Nodes(Network network) {
        this.network = network;
    }

    void use() {
        used = true;
    }

    boolean areUsed() {
        return used;
    }

    /** A frame from one host to another, without messages. */
    Optional<NodeInput.Framed> frame(Host from, Host to) {
        return from.node.flatMap(node -> node.frameTo(to.id()));
    }

    boolean isHeard(Host host, NodeInput.Framed frame) {
        return tell(host, frame);
    }

    /** Returns whether the input is to be handed on. */
    boolean tell(Host host, NodeInput input) {
        Node.Step step = host.node.orElseThrow().step(network.now(), () -> host.durable.term(), input);
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
            Host to = network.host(greet.to().host());
            for (long arrival : network.links().arrivals(host.name, to.name, "Hello")) {
                network.at(
                        network.now() + arrival,
                        () -> network.tell(to, to.life, () -> tell(to, new NodeInput.Greeted(greet.hello()))));
            }
        } else if (effect instanceof NodeEffect.StoreHead store) {
            network.at(
                    network.now() + host.diskNanos,
                    () -> network.tell(host, life, () -> {
                        host.head = Optional.of(store.head());
                        tell(host, new NodeInput.HeadStored(store.head()));
                    }));
        } else if (effect instanceof NodeEffect.Admitted admitted) {
            say(host, "is admitted" + (admitted.floor() > 0 ? " above " + admitted.floor() : ""));
            admit(host, host.node.orElseThrow().durable());
        } else if (effect instanceof NodeEffect.Replaced replaced) {
            say(host, "knows that " + replaced.peer().host() + " is not the one it was");
            network.step(host, new Input.IdentityReplaced(replaced.peer()));
        } else if (effect instanceof NodeEffect.RefusedBy refused) {
            say(host, "is refused by " + refused.by().host());
        } else if (effect instanceof NodeEffect.WaitingFor waiting) {
            say(host, "waits for " + Trace.names(waiting.missing()));
        } else if (effect instanceof NodeEffect.Dropped dropped) {
            sayOnce(host, dropped.from(), "does not hear " + dropped.from().host() + ": " + dropped.kind());
        }
    }

    /** R6: loyal to any leader that it may have forgotten, unless a journal that forgets nothing holds nothing. */
    void admit(Host host, JournalHead head) {
        boolean owesNothing = host.durable.equals(Ballot.NONE) && head.floor() == 0 && head.remembersAll();
        network.step(host, new Input.Admitted(head.floor(), owesNothing ? 0 : head.longestElectionNanos()));
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

package dev.conclave.actor;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.Extension;
import akka.actor.typed.ExtensionId;
import java.util.Optional;

/**
 * What the node of an actor system shows to those who measure it: how its elections stand, and where instruments are fitted.
 * It is there before the node, and also where there is none.
 */
public final class Insight implements Extension {

    private final NodePlace.Elections elections = new NodePlace.Elections();
    private final InstrumentPanel instruments = new InstrumentPanel();

    private volatile Optional<NodePlace> node = Optional.empty();

    private Insight() {}

    /** That of the system. */
    public static Insight get(ActorSystem<?> system) {
        return Id.INSTANCE.apply(system);
    }

    /** The elections that the node has met or joined. */
    public NodePlace.Elections elections() {
        return elections;
    }

    /** Where instruments are fitted. */
    public InstrumentPanel instruments() {
        return instruments;
    }

    /** The node, with its voters, its lifelines and whether it takes part; empty before it starts, and where there is none. */
    public Optional<NodePlace> node() {
        return node;
    }

    /** This node runs from now on. */
    public void runs(NodePlace place) {
        node = Optional.of(place);
    }

    private static final class Id extends ExtensionId<Insight> {
        private static final Id INSTANCE = new Id();

        @Override
        public Insight createExtension(ActorSystem<?> system) {
            return new Insight();
        }
    }
}

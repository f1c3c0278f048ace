package dev.conclave.node.demo;

import dev.conclave.core.PeerId;
import dev.conclave.judge.Event;
import java.util.List;

/** Displays a demo. Used by one thread at a time. */
interface DemoView extends AutoCloseable {

    /** Shows that the demo begins. */
    void begin(DemoPlan plan, List<PeerId> peers);

    /** Shows that the next phase begins. */
    void chapter(String title);

    /** Shows an event of a peer. */
    void event(Event event, PeerStates states);

    /** Shows a remark on the last events. */
    void remark(long mono, String text);

    /** Shows the outcome, when the demo is over. */
    void end(DemoOutcome outcome);

    /** Restores the terminal at the end. */
    @Override
    void close();

    /** Shows nothing. */
    DemoView NONE = new DemoView() {
        @Override
        public void begin(DemoPlan plan, List<PeerId> peers) {}

        @Override
        public void chapter(String title) {}

        @Override
        public void event(Event event, PeerStates states) {}

        @Override
        public void remark(long mono, String text) {}

        @Override
        public void end(DemoOutcome outcome) {}

        @Override
        public void close() {}
    };
}

package dev.conclave.node;

import dev.conclave.core.PeerId;
import dev.conclave.judge.Event;
import java.util.List;

/** Displays a demo. Used by one thread at a time. */
interface Picture extends AutoCloseable {

    /** The demo begins. */
    void begin(Plan plan, List<PeerId> peers);

    /** The next phase begins. */
    void chapter(String title);

    /** A peer has an event. */
    void event(Event event, Scene scene);

    /** A remark on the last events. */
    void remark(long mono, String text);

    /** The demo is over. */
    void end(Outcome outcome);

    /** Restores the screen. */
    @Override
    void close();

    /** Shows nothing. */
    Picture NONE = new Picture() {
        @Override
        public void begin(Plan plan, List<PeerId> peers) {}

        @Override
        public void chapter(String title) {}

        @Override
        public void event(Event event, Scene scene) {}

        @Override
        public void remark(long mono, String text) {}

        @Override
        public void end(Outcome outcome) {}

        @Override
        public void close() {}
    };
}

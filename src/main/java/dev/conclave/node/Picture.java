package dev.conclave.node;

import dev.conclave.core.PeerId;
import dev.conclave.judge.Event;
import java.util.List;

/** Shows a demo to whoever watches. Used by one thread at a time. */
interface Picture extends AutoCloseable {

    /** The demo begins. */
    void begin(Plan plan, List<PeerId> peers);

    /** What happens next. */
    void chapter(String title);

    /** Something has happened. */
    void event(Event event, Scene scene);

    /** A remark on what has happened. */
    void remark(long mono, String text);

    /** The demo is over. */
    void end(Outcome outcome);

    /** Gives the screen back. */
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

package dev.conclave.bench.peer;

/** One running member of some system's election. */
public interface Peer {

    /** Starts a member; it says by the announcer what becomes of it. */
    interface Start {
        /** Starts it; returns once it runs, whoever leads. */
        Peer at(Place place, Announcer announcer) throws Exception;
    }

    /** Whether this member leads, by the answer that an application receives at this moment. Called from a thread of its own. */
    boolean leads();

    /** Lets another member lead, by the system's own call for it. Throws if there is none. */
    void transfer() throws Exception;

    /** Obeys a line of standard input that only this kind of member understands. Later lines wait until it returns. */
    default void told(String line) throws Exception {
        throw new IllegalArgumentException("not understood: " + line);
    }

    /** Leaves in order, as SIGTERM asks it to: by the way that lets another member lead soonest. */
    void leave() throws Exception;
}

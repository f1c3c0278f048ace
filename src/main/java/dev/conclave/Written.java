package dev.conclave;

/** The answer to a write of a register (U4). */
public sealed interface Written {

    /**
     * A majority of the voters has the value on disk, and the leadership held at that moment. Every later leader finds it, or a
     * later one.
     *
     * @param fencingToken the token of the leadership
     * @param write the number of the write in that leadership
     */
    record Done(long fencingToken, long write) implements Written {}

    /**
     * Nothing was written, and nothing will be.
     *
     * @param why for people
     */
    record Refused(String why) implements Written {}

    /**
     * The leadership ended before this node knew whether a majority has the value. The next leader finds it or does not, and what
     * it finds is final: read it there.
     *
     * @param why for people
     */
    record Unknown(String why) implements Written {}

    /**
     * Whether the value was written.
     *
     * @return true for {@link Done} only
     */
    default boolean isDone() {
        return this instanceof Done;
    }
}

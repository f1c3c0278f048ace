package dev.conclave.explore.world;

import dev.conclave.core.node.Hello;
import dev.conclave.core.node.NodeInput;
import dev.conclave.core.peer.Message;
import org.jspecify.annotations.Nullable;

/** A message or a hello that is in flight from one peer to another. */
public sealed interface InFlight {

    /** The sender. */
    int from();

    /** The life of the sender. */
    int fromLife();

    /** The receiver. */
    int to();

    /** The life of the receiver that it is for; another life never receives it. 0 if it is for any life at that address. */
    int toLife();

    /** The kind, as a number, for choices and hashes. */
    int kind();

    /** The term in it; 0 if there is none. */
    long term();

    /**
     * A message between two peers of the election. It names the lives of both ends, as frames do.
     *
     * @param header the header of its frame; null where nodes are left out
     */
    record Note(int from, int fromLife, int to, int toLife, Message message, NodeInput.@Nullable Framed header)
            implements InFlight {
        @Override
        public int kind() {
            return InFlight.kind(message);
        }

        @Override
        public long term() {
            return message.term();
        }
    }

    /** A hello: it is for an address, and waits there for the next life. */
    record Greeting(int from, int fromLife, int to, Hello hello) implements InFlight {
        @Override
        public int toLife() {
            return 0;
        }

        @Override
        public int kind() {
            return HELLO;
        }

        @Override
        public long term() {
            return 0;
        }
    }

    /** The kind of a hello. */
    int HELLO = 11;

    /** The kind of a message. */
    static int kind(Message message) {
        if (message instanceof Message.Heartbeat) {
            return 0;
        } else if (message instanceof Message.HeartbeatAck) {
            return 1;
        } else if (message instanceof Message.RequestVote) {
            return 2;
        } else if (message instanceof Message.VoteGranted) {
            return 3;
        } else if (message instanceof Message.VoteRefused) {
            return 4;
        } else if (message instanceof Message.RequestPreVote) {
            return 5;
        } else if (message instanceof Message.PreVoteGranted) {
            return 6;
        } else if (message instanceof Message.PreVoteRefused) {
            return 7;
        } else if (message instanceof Message.HeartbeatRefused) {
            return 8;
        } else if (message instanceof Message.Release) {
            return 9;
        }
        return 10;
    }

    /** The name of a kind. */
    static String nameOf(int kind) {
        return switch (kind) {
            case 0 -> "Heartbeat";
            case 1 -> "HeartbeatAck";
            case 2 -> "RequestVote";
            case 3 -> "VoteGranted";
            case 4 -> "VoteRefused";
            case 5 -> "RequestPreVote";
            case 6 -> "PreVoteGranted";
            case 7 -> "PreVoteRefused";
            case 8 -> "HeartbeatRefused";
            case 9 -> "Release";
            case 10 -> "Observe";
            default -> "Hello";
        };
    }

    /** Whether a choice that was made in another run means this message. */
    default boolean matches(Choice choice) {
        return to() == choice.peer()
                && from() == choice.other()
                && kind() == choice.kind()
                && term() == choice.number();
    }
}

package dev.conclave.explore.world;

import dev.conclave.core.peer.Message;

/**
 * A message in flight from one peer to another. It names the lives of both ends, as frames do.
 *
 * @param from the sender
 * @param fromLife the life of the sender
 * @param to the receiver
 * @param toLife the life of the receiver that it is for; another life never receives it
 * @param message the message
 */
public record InFlight(int from, int fromLife, int to, int toLife, Message message) {

    /** The highest kind of a message. */
    static final int LAST_KIND = 24;

    /** The kind, as a number, for choices and hashes. */
    public int kind() {
        return kind(message);
    }

    /** The term in it. */
    public long term() {
        return message.term();
    }

    /** The kind of a message. */
    public static int kind(Message message) {
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
        } else if (message instanceof Message.StoreRegister) {
            return 22;
        } else if (message instanceof Message.RegisterStored) {
            return 23;
        } else if (message instanceof Message.RequestRegister) {
            return 24;
        }
        return 10;
    }

    /** The name of a kind. */
    public static String nameOf(int kind) {
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
            case 22 -> "StoreRegister";
            case 23 -> "RegisterStored";
            case 24 -> "RequestRegister";
            default -> "Observe";
        };
    }

    /** Whether a choice that was made in another run means this message. */
    public boolean matches(Choice choice) {
        return to() == choice.peer()
                && from() == choice.other()
                && kind() == choice.kind()
                && term() == choice.number();
    }
}

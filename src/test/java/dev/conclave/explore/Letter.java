package dev.conclave.explore;

import dev.conclave.core.Message;

/**
 * A message on its way. It names the lives of both ends, as frames do.
 *
 * @param from who sent it
 * @param fromLife which life of the sender
 * @param to whom it is for
 * @param toLife which life of the receiver it is for; another life never gets it
 * @param message what it says
 */
record Letter(int from, int fromLife, int to, int toLife, Message message) {

    /** The kind of a message as a number, for choices and hashes. */
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

    private static final String[] NAMES = {
        "Heartbeat",
        "HeartbeatAck",
        "RequestVote",
        "VoteGranted",
        "VoteRefused",
        "RequestPreVote",
        "PreVoteGranted",
        "PreVoteRefused",
        "HeartbeatRefused",
        "Release",
        "Observe"
    };

    static String nameOf(int kind) {
        return NAMES[kind];
    }

    int kind() {
        return kind(message);
    }

    /** Whether a choice that was made in another run means this letter. */
    boolean matches(Choice choice) {
        return to == choice.peer()
                && from == choice.other()
                && kind() == choice.kind()
                && message.term() == choice.number();
    }
}

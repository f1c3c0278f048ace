package dev.conclave.node.exec;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A shell that waits for the end of its standard input, and then kills a process group. It is started before the group has
 * anything to do: at the moment at which the group must end, nothing is left to start, and the end of the process that holds this
 * object, however it ends, kills the group too.
 *
 * <p>The shell is a session of its own and ignores the signals that end programs in order, since a terminal or a service manager
 * may send them to every process of the peer.
 */
final class GroupKiller {

    private static final List<String> SHELL = List.of(
            "setsid",
            "sh",
            "-c",
            "trap '' HUP INT TERM; while read -r line; do kill -s TERM -- \"-$0\"; done; kill -s KILL -- \"-$0\"");

    private final Process shell;
    private final OutputStream input;

    private GroupKiller(Process shell) {
        this.shell = shell;
        this.input = shell.getOutputStream();
    }

    /** Starts the shell. */
    static GroupKiller of(long group) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(SHELL));
        builder.command().add(String.valueOf(group));
        return new GroupKiller(builder.redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    /** Sends SIGTERM to the group. */
    void terminate() {
        try {
            input.write("\n".getBytes(StandardCharsets.US_ASCII));
            input.flush();
        } catch (IOException gone) {
            // Without its shell the group is about to be killed.
        }
    }

    /** Sends SIGKILL to the group. */
    void kill() {
        try {
            input.close();
        } catch (IOException gone) {
            // The shell has ended; its holder sees that and starts another.
        }
    }

    /** Ends the shell and spares the group: its number may belong to other processes from now on. */
    void disarm() {
        shell.destroyForcibly();
    }

    boolean isAlive() {
        return shell.isAlive();
    }

    /** Completes when the shell has ended, with or without having killed the group. */
    CompletableFuture<Process> ended() {
        return shell.onExit();
    }
}

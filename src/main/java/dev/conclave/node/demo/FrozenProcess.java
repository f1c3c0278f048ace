package dev.conclave.node.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A process that is stopped with SIGSTOP until {@link #thaw}, or until this process ends, however it ends. A frozen peer cannot
 * notice that its standard input has ended, and would stay for ever.
 *
 * <p>A shell sends SIGSTOP, waits for the end of its own standard input, and sends SIGCONT. It ignores the signals that a terminal
 * sends to all processes of a demo.
 */
final class FrozenProcess {

    private static final List<String> SHELL = List.of(
            "sh",
            "-c",
            "trap '' HUP INT TERM; kill -s STOP \"$0\" && echo && while read -r line; do :; done; kill -s CONT \"$0\"");

    private final Process shell;

    private FrozenProcess(Process shell) {
        this.shell = shell;
    }

    /**
     * Stops a process.
     *
     * @throws IOException if it cannot be stopped
     */
    static FrozenProcess freeze(long pid) throws IOException {
        List<String> command = new ArrayList<>(SHELL);
        command.add(String.valueOf(pid));
        Process shell = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = shell.inputReader(StandardCharsets.UTF_8).readLine();
        if (said == null || !said.isEmpty()) {
            shell.destroyForcibly();
            throw new IOException("the process " + pid + " cannot be stopped: " + said);
        }
        return new FrozenProcess(shell);
    }

    /** Ends the shell alone, since the process has ended. */
    void forget() {
        shell.destroyForcibly();
    }

    /** Lets the process go on; has no effect if that has happened before. */
    void thaw() throws IOException {
        shell.getOutputStream().close();
        shell.onExit().join();
    }
}

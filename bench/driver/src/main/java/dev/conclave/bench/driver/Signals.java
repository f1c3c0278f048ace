package dev.conclave.bench.driver;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Sends the signals that Java cannot. One shell for the whole run: a new process for each would cost milliseconds. */
final class Signals implements AutoCloseable {

    private final Process shell;
    private final BufferedReader answers;

    Signals() throws IOException {
        shell = new ProcessBuilder("/bin/sh").start();
        Living.add(shell);
        answers = shell.inputReader(StandardCharsets.US_ASCII);
    }

    void stop(Member member) throws IOException {
        send("STOP", member);
    }

    void resume(Member member) throws IOException {
        send("CONT", member);
    }

    private void send(String signal, Member member) throws IOException {
        shell.getOutputStream()
                .write(("kill -" + signal + " " + member.pid() + "; echo $?\n").getBytes(StandardCharsets.US_ASCII));
        shell.getOutputStream().flush();
        String answer = answers.readLine();
        if (!"0".equals(answer)) {
            throw new IOException("the signal " + signal + " was not sent: " + answer);
        }
    }

    @Override
    public void close() {
        shell.destroy();
        Living.remove(shell);
    }
}

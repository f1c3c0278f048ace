package dev.conclave.cluster.program;

import dev.conclave.Election;
import dev.conclave.Leadership;
import dev.conclave.core.PeerId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Writes to a register, with the token of the leadership, for as long as the node leads. */
record RegisterWriter(int registerPort, PeerId self, Election election) implements Runnable {

    private static final long PAUSE_NANOS = 2_000_000;

    @Override
    public void run() {
        while (true) {
            try (Socket register = new Socket(InetAddress.getLoopbackAddress(), registerPort)) {
                register.setTcpNoDelay(true);
                BufferedReader answers =
                        new BufferedReader(new InputStreamReader(register.getInputStream(), StandardCharsets.UTF_8));
                writeTo(register, answers);
            } catch (IOException e) {
                LockSupport.parkNanos(50 * PAUSE_NANOS);
            }
        }
    }

    private void writeTo(Socket register, BufferedReader answers) throws IOException {
        while (true) {
            Optional<Leadership> leadership = election.leadership();
            if (leadership.isPresent()) {
                register.getOutputStream()
                        .write((leadership.get().fencingToken() + " " + self + "\n").getBytes(StandardCharsets.UTF_8));
                if (answers.readLine() == null) {
                    throw new IOException("the register has gone");
                }
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}

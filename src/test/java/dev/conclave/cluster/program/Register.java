package dev.conclave.cluster.program;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A fenced register that leaders write to: it accepts a write only with a token that is not below the highest that it has
 * seen. It trusts no writer's claim to lead.
 */
public final class Register implements AutoCloseable {

    /**
     * Writes in a row under one token by one writer.
     *
     * @param writer as it named itself
     */
    public record TokenOwner(long token, String writer) {}

    private final ServerSocket listener;
    private final List<TokenOwner> owners = new ArrayList<>();
    private long writes;
    private long refused;

    public Register() {
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread acceptor = new Thread(this::accept, "register");
        acceptor.setDaemon(true);
        acceptor.start();
    }

    public int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket writer = listener.accept();
                Thread reader = new Thread(() -> serve(writer), "register-" + writer.getPort());
                reader.setDaemon(true);
                reader.start();
            } catch (IOException closed) {
                // The register is closed.
            }
        }
    }

    private void serve(Socket writer) {
        try (writer;
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(writer.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.split(" ", 2);
                String answer = write(new TokenOwner(Long.parseLong(words[0]), words[1])) ? "ok\n" : "refused\n";
                writer.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException gone) {
            // It died, as writers do here.
        }
    }

    private synchronized boolean write(TokenOwner owner) {
        if (!owners.isEmpty() && owners.get(owners.size() - 1).token() > owner.token()) {
            refused++;
            return false;
        }
        if (owners.isEmpty() || !owners.get(owners.size() - 1).equals(owner)) {
            owners.add(owner);
        }
        writes++;
        return true;
    }

    /** The accepted writes by token and writer, in their order. */
    public synchronized List<TokenOwner> owners() {
        return List.copyOf(owners);
    }

    public synchronized long writes() {
        return writes;
    }

    public synchronized long refused() {
        return refused;
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException gone) {
            // The socket is closed, as intended.
        }
    }
}

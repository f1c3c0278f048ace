package dev.conclave.examples.orders;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.h2.tools.Server;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** An H2 server, to try the example without a database at hand. */
@Command(name = "database", description = "Runs an H2 server, until SIGTERM.")
final class DatabaseServer implements Callable<Integer> {

    private static final Duration LONGEST_IDLE = Duration.ofSeconds(5);

    @Option(names = "--host", required = true, description = "The address on which it listens.")
    private String host = "";

    @Option(names = "--port", required = true, description = "The port on which it listens.")
    private int port;

    @Option(names = "--dir", required = true, description = "The directory of its files.")
    private Path directory;

    @Override
    public Integer call() throws SQLException, InterruptedException {
        System.out.println("database ready " + start(host, port, directory));
        new CountDownLatch(1).await();
        return 0;
    }

    /** Starts the server in this process, and returns the address for JDBC. */
    static String start(String host, int port, Path directory) throws SQLException {
        System.setProperty("h2.bindAddress", host);
        Server.createTcpServer(
                        "-tcpPort",
                        Integer.toString(port),
                        "-tcpAllowOthers",
                        "-ifNotExists",
                        "-baseDir",
                        directory.toAbsolutePath().toString())
                .start();
        String url = "jdbc:h2:tcp://" + host + ":" + port + "/orders";
        try (Connection first = DriverManager.getConnection(url)) {
            // Each commit reaches the disk before it is answered. Open until the process ends.
            first.createStatement().execute("SET WRITE_DELAY 0");
            first.createStatement().execute("SET DB_CLOSE_DELAY -1");
        }
        Thread watch = new Thread(() -> endIdleTransactions(url), "idle-transactions");
        watch.setDaemon(true);
        watch.start();
        return url;
    }

    /**
     * A node that is frozen or cut off in the middle of a transaction would keep the fence locked for as long as its socket is
     * open. PostgreSQL has a setting for that ({@link Database#connect}); here it is done by hand.
     */
    private static void endIdleTransactions(String url) {
        while (true) {
            try (Connection connection = DriverManager.getConnection(url)) {
                while (true) {
                    endIdleTransactions(connection, LONGEST_IDLE);
                    Thread.sleep(1_000);
                }
            } catch (SQLException broken) {
                System.err.println("idle transactions cannot be ended: " + broken.getMessage());
            } catch (InterruptedException ending) {
                return;
            }
        }
    }

    /** Ends the sessions that have changed something and have sent no statement for so long. */
    static void endIdleTransactions(Connection connection, Duration longest) throws SQLException {
        try (PreparedStatement abort = connection.prepareStatement(
                "SELECT ABORT_SESSION(SESSION_ID) FROM INFORMATION_SCHEMA.SESSIONS WHERE CONTAINS_UNCOMMITTED"
                        + " AND SESSION_STATE = 'SLEEP' AND SLEEP_SINCE <= DATEADD(MILLISECOND, ?, CURRENT_TIMESTAMP)")) {
            abort.setLong(1, -longest.toMillis());
            abort.executeQuery();
        }
    }
}

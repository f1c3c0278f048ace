package dev.conclave.examples.orders;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * The tables, and the fence: one row of {@code dispatcher}, which holds the highest token that ever claimed it and the number of
 * the current batch. Claims and bookings lock that row, so the database puts them in an order:
 *
 * <ul>
 *   <li>A claim by a leader with a lower token than the row's is refused: a later leader has claimed.
 *   <li>A booking is refused unless the row still holds the token and the batch under which the order was handed out. After a
 *       claim, nothing that was handed out before it can be booked any more, whichever leader did it and whatever became of the
 *       worker or of its connection. The claim sees every booking that was made before it.
 * </ul>
 *
 * <p>Nothing else prevents a second booking: {@code bookings} has no unique key, so that an order done twice would show.
 */
final class Database {

    /** The fence refused a claim or a booking: another leader, or a later batch, has claimed. Nothing was written. */
    static final class Stale extends Exception {
        private static final long serialVersionUID = 1;

        Stale(String refused) {
            super(refused);
        }
    }

    /** Orders that a leader may hand out, all under this number. */
    record Batch(long number, List<String> orders) {}

    /** The row of an order. */
    record Row(String content, String state) {}

    /** The result of {@link #place}. */
    enum Placed {
        NOW,
        BEFORE,
        WITH_OTHER_CONTENT
    }

    private static final String UNIQUE_VIOLATION = "23505";

    private final DataSource connections;

    Database(DataSource connections) {
        this.connections = connections;
    }

    /** A pool of connections to H2 or PostgreSQL. Fails if the database does not answer within half a minute. */
    static HikariDataSource connect(String url, int connections) {
        HikariConfig config = new HikariConfig();
        config.setMaximumPoolSize(connections);
        config.setInitializationFailTimeout(30_000);
        config.setConnectionTimeout(3_000);
        // Each statement sees what was committed before it, so that a claim that had to wait for a booking sees that
        // booking.
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        // A connection whose other end is silent fails one day, so that no thread waits for ever.
        if (url.startsWith("jdbc:postgresql:")) {
            config.setJdbcUrl(url);
            config.addDataSourceProperty("connectTimeout", "3");
            config.addDataSourceProperty("socketTimeout", "10");
            // A node that freezes in the middle of a transaction keeps the fence locked: the server ends its
            // transaction.
            config.setConnectionInitSql("SET idle_in_transaction_session_timeout = '5s'");
        } else {
            config.setJdbcUrl(url.startsWith("jdbc:h2:tcp:") ? url + ";NETWORK_TIMEOUT=10000" : url);
        }
        return new HikariDataSource(config);
    }

    /** Called by every node at its start. */
    void createTables() throws SQLException {
        execute("CREATE TABLE IF NOT EXISTS orders (id VARCHAR(64) PRIMARY KEY, content VARCHAR(8000) NOT NULL,"
                + " state VARCHAR(10) NOT NULL, placed_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)");
        execute("CREATE INDEX IF NOT EXISTS orders_by_state ON orders (state, placed_at)");
        execute("CREATE TABLE IF NOT EXISTS dispatcher (name VARCHAR(20) PRIMARY KEY, token BIGINT NOT NULL,"
                + " batch BIGINT NOT NULL)");
        execute("INSERT INTO dispatcher SELECT 'orders', 0, 0 WHERE NOT EXISTS (SELECT * FROM dispatcher)");
        execute("CREATE TABLE IF NOT EXISTS bookings (order_id VARCHAR(64) NOT NULL, token BIGINT NOT NULL,"
                + " worker VARCHAR(200) NOT NULL, at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)");
    }

    /** Tries a second time, since two nodes that look at the same moment may both find that the table is missing. */
    private void execute(String sql) throws SQLException {
        try (Connection connection = connections.getConnection();
                Statement statement = connection.createStatement()) {
            try {
                statement.execute(sql);
            } catch (SQLException anotherNodeWasFaster) {
                statement.execute(sql);
            }
        }
    }

    /**
     * Places an order, once. After an exception the order may or may not be in the table; the same call again finds out.
     */
    Placed place(String id, String content) throws SQLException {
        try (Connection connection = connections.getConnection();
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO orders (id, content, state) VALUES (?, ?, 'placed')")) {
            insert.setString(1, id);
            insert.setString(2, content);
            insert.executeUpdate();
            return Placed.NOW;
        } catch (SQLException refused) {
            if (!UNIQUE_VIOLATION.equals(refused.getSQLState())) {
                throw refused;
            }
        }
        return find(id).filter(row -> row.content().equals(content)).isPresent()
                ? Placed.BEFORE
                : Placed.WITH_OTHER_CONTENT;
    }

    /** The order with this id, if it was placed. */
    Optional<Row> find(String id) throws SQLException {
        try (Connection connection = connections.getConnection();
                PreparedStatement query =
                        connection.prepareStatement("SELECT content, state FROM orders WHERE id = ?")) {
            query.setString(1, id);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? Optional.of(new Row(row.getString(1), row.getString(2))) : Optional.empty();
            }
        }
    }

    /**
     * Claims the fence for a leader, which ends all earlier batches, and only then reads the open orders. They are read by their
     * state: a position in a sequence would pass over rows that are committed later than rows with a higher number.
     */
    Batch claim(long token, int limit) throws SQLException, Stale {
        return inTransaction(connection -> {
            try (PreparedStatement claim = connection.prepareStatement(
                    "UPDATE dispatcher SET token = ?, batch = batch + 1 WHERE name = 'orders' AND token <= ?")) {
                claim.setLong(1, token);
                claim.setLong(2, token);
                if (claim.executeUpdate() != 1) {
                    throw new Stale("token " + token + " is stale: a later leader has claimed");
                }
            }
            return new Batch(batch(connection), openOrders(connection, limit));
        });
    }

    private static long batch(Connection connection) throws SQLException {
        try (Statement query = connection.createStatement();
                ResultSet row = query.executeQuery("SELECT batch FROM dispatcher WHERE name = 'orders'")) {
            row.next();
            return row.getLong(1);
        }
    }

    private static List<String> openOrders(Connection connection, int limit) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT id FROM orders WHERE state = 'placed' ORDER BY placed_at LIMIT ?")) {
            query.setInt(1, limit);
            List<String> orders = new ArrayList<>();
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    orders.add(rows.getString(1));
                }
            }
            return orders;
        }
    }

    /**
     * Books an order in the name of the leader that handed it out. After an {@link SQLException} it may or may not be booked:
     * only the next claim finds out, since it waits for a transaction that is still under way.
     */
    void book(String order, long token, long batch, String worker) throws SQLException, Stale {
        inTransaction(connection -> {
            // First of all: it locks the row, so that no claim comes between this check and the commit.
            try (PreparedStatement fence = connection.prepareStatement(
                    "UPDATE dispatcher SET token = token WHERE name = 'orders' AND token = ? AND batch = ?")) {
                fence.setLong(1, token);
                fence.setLong(2, batch);
                if (fence.executeUpdate() != 1) {
                    throw new Stale("token " + token + ", batch " + batch + " is stale");
                }
            }
            try (PreparedStatement insert =
                    connection.prepareStatement("INSERT INTO bookings (order_id, token, worker) VALUES (?, ?, ?)")) {
                insert.setString(1, order);
                insert.setLong(2, token);
                insert.setString(3, worker);
                insert.executeUpdate();
            }
            try (PreparedStatement update =
                    connection.prepareStatement("UPDATE orders SET state = 'booked' WHERE id = ?")) {
                update.setString(1, order);
                update.executeUpdate();
            }
            return null;
        });
    }

    /** A part of a transaction. */
    private interface Step<T> {
        T run(Connection connection) throws SQLException, Stale;
    }

    private <T> T inTransaction(Step<T> step) throws SQLException, Stale {
        try (Connection connection = connections.getConnection()) {
            connection.setAutoCommit(false);
            try {
                T result = step.run(connection);
                connection.commit();
                return result;
            } catch (SQLException | Stale failed) {
                connection.rollback();
                throw failed;
            }
        }
    }
}

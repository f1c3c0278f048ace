package dev.conclave.example;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * A table that only the newest leader can write. One row holds the highest token that ever wrote; each write begins by raising
 * it to its own, in the same transaction, and changes nothing if it is above already. The lock on that row puts writers in an
 * order, so that the database refuses a stale writer, even one that believes it leads.
 */
public final class FencedAccounts {

    /** A leader with a higher token has written. */
    public static final class StaleLeader extends Exception {
        private static final long serialVersionUID = 1;

        StaleLeader(long token) {
            super("token " + token + " is stale: a later leader has written");
        }
    }

    private final DataSource database;

    public FencedAccounts(DataSource database) {
        this.database = database;
    }

    /** Once, before the first write. */
    public void createTables() throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS fence (name VARCHAR(50) PRIMARY KEY, token BIGINT NOT NULL)");
            statement.execute("INSERT INTO fence SELECT 'account', 0 WHERE NOT EXISTS (SELECT * FROM fence)");
            statement.execute(
                    "CREATE TABLE IF NOT EXISTS account (name VARCHAR(50) PRIMARY KEY, cents BIGINT NOT NULL)");
        }
    }

    /** Writes a balance in the name of the leader with this token. */
    public void put(long token, String account, long cents) throws SQLException, StaleLeader {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try {
                raise(connection, token);
                write(connection, account, cents);
                connection.commit();
            } catch (SQLException | StaleLeader failed) {
                connection.rollback();
                throw failed;
            }
        }
    }

    private static void raise(Connection connection, long token) throws SQLException, StaleLeader {
        try (PreparedStatement raise =
                connection.prepareStatement("UPDATE fence SET token = ? WHERE name = 'account' AND token <= ?")) {
            raise.setLong(1, token);
            raise.setLong(2, token);
            if (raise.executeUpdate() == 0) {
                throw new StaleLeader(token);
            }
        }
    }

    private static void write(Connection connection, String account, long cents) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("MERGE INTO account (name, cents) KEY (name) VALUES (?, ?)")) {
            update.setString(1, account);
            update.setLong(2, cents);
            update.executeUpdate();
        }
    }

    /** The balance; 0 for an account that was never written. */
    public long cents(String account) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement query = connection.prepareStatement("SELECT cents FROM account WHERE name = ?")) {
            query.setString(1, account);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? row.getLong(1) : 0;
            }
        }
    }
}

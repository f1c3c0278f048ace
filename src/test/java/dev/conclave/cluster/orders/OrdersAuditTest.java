package dev.conclave.cluster.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each fault that the long run looks for, planted in a small database. */
class OrdersAuditTest {

    private static final List<String> ACKNOWLEDGED = List.of("a", "b", "c");

    @SuppressWarnings("NullAway.Init")
    private Connection database;

    @BeforeEach
    void threeBookedOrdersOfTwoLeaderships() throws SQLException {
        database = DriverManager.getConnection("jdbc:h2:mem:");
        execute("CREATE TABLE orders (id VARCHAR(50) PRIMARY KEY, state VARCHAR(10) NOT NULL)");
        execute("CREATE TABLE bookings (order_id VARCHAR(50), token BIGINT, worker VARCHAR(50), at TIMESTAMP)");
        execute("INSERT INTO orders VALUES ('a', 'booked'), ('b', 'booked'), ('c', 'booked')");
        book("a", 1, "12:00:00");
        book("b", 1, "12:00:01");
        book("c", 3, "12:00:05");
    }

    @AfterEach
    void close() throws SQLException {
        database.close();
    }

    @Test
    void aCleanRunIsCountedAndHasNoFinding() throws SQLException {
        OrdersAudit audit = OrdersAudit.of(database, ACKNOWLEDGED);

        assertThat(audit)
                .isEqualTo(new OrdersAudit(
                        3,
                        3,
                        audit.lost(),
                        audit.unbooked(),
                        audit.twice(),
                        audit.backwards(),
                        2,
                        Duration.ofSeconds(4)));
        assertThat(audit.isClean()).isTrue();
    }

    @Test
    void anAcknowledgedOrderWithoutARowIsLost() throws SQLException {
        execute("DELETE FROM orders WHERE id = 'b'");

        OrdersAudit audit = OrdersAudit.of(database, ACKNOWLEDGED);

        assertThat(audit.lost()).containsExactly("b");
        assertThat(audit.isClean()).isFalse();
    }

    @Test
    void anAcknowledgedOrderWithoutABookingIsLostWhateverItsStateSays() throws SQLException {
        execute("DELETE FROM bookings WHERE order_id = 'b'");

        OrdersAudit audit = OrdersAudit.of(database, ACKNOWLEDGED);

        assertThat(audit.lost()).containsExactly("b");
        assertThat(audit.unbooked()).isEmpty();
        assertThat(audit.isClean()).isFalse();
    }

    @Test
    void anOrderWithARowAndNeitherAnswerNorBookingIsFound() throws SQLException {
        execute("INSERT INTO orders VALUES ('d', 'placed')");

        OrdersAudit audit = OrdersAudit.of(database, ACKNOWLEDGED);

        assertThat(audit.unbooked()).containsExactly("d");
        assertThat(audit.lost()).isEmpty();
        assertThat(audit.isClean()).isFalse();
    }

    @Test
    void anOrderWithTwoBookingsIsFound() throws SQLException {
        book("a", 3, "12:00:06");

        OrdersAudit audit = OrdersAudit.of(database, ACKNOWLEDGED);

        assertThat(audit.twice()).containsExactly("a");
        assertThat(audit.isClean()).isFalse();
    }

    @Test
    void aBookingUnderALowerTokenThanTheOneBeforeItIsFound() throws SQLException {
        execute("INSERT INTO orders VALUES ('d', 'booked')");
        book("d", 2, "12:00:06");

        OrdersAudit audit = OrdersAudit.of(database, ACKNOWLEDGED);

        assertThat(audit.backwards()).containsExactly("d by node under token 2 after 3");
        assertThat(audit.isClean()).isFalse();
    }

    private void book(String order, int token, String time) throws SQLException {
        execute("INSERT INTO bookings VALUES ('" + order + "', " + token + ", 'node', TIMESTAMP '2026-01-01 " + time
                + "')");
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = database.createStatement()) {
            statement.execute(sql);
        }
    }
}

package dev.conclave.cluster.orders;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The counts of orders in the database after the run.
 *
 * @param placed the rows of {@code orders}
 * @param bookings the rows of {@code bookings}
 * @param lost acknowledged orders that have no row, or no booking
 * @param unbooked other orders that have a row and no booking: their customers have no answer, but the service has the order
 * @param twice orders with more than one booking
 * @param backwards bookings under a lower token than that of the booking committed before
 * @param tokens how many leaderships of the dispatcher have booked
 * @param longestPause the longest time between two bookings
 */
record OrdersAudit(
        int placed,
        int bookings,
        Set<String> lost,
        Set<String> unbooked,
        Set<String> twice,
        List<String> backwards,
        int tokens,
        Duration longestPause) {

    /**
     * Counts. The order of commits is that of H2's row numbers: the dispatcher's row is locked from before a booking is inserted until
     * its transaction ends.
     */
    static OrdersAudit of(Connection database, Collection<String> acknowledged) throws SQLException {
        Set<String> rows = new HashSet<>();
        try (Statement statement = database.createStatement();
                ResultSet row = statement.executeQuery("SELECT id FROM orders")) {
            while (row.next()) {
                rows.add(row.getString(1));
            }
        }
        Set<String> booked = new HashSet<>();
        Set<String> twice = new TreeSet<>();
        Set<Long> tokens = new HashSet<>();
        List<String> backwards = new ArrayList<>();
        List<Instant> times = new ArrayList<>();
        try (Statement statement = database.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT order_id, token, at, worker FROM bookings ORDER BY _ROWID_")) {
            long last = Long.MIN_VALUE;
            while (row.next()) {
                String order = row.getString(1);
                long token = row.getLong(2);
                if (token < last) {
                    backwards.add(order + " by " + row.getString(4) + " under token " + token + " after " + last);
                }
                last = token;
                if (!booked.add(order)) {
                    twice.add(order);
                }
                tokens.add(token);
                times.add(row.getTimestamp(3).toInstant());
            }
        }
        Set<String> unbooked = new TreeSet<>(rows);
        unbooked.removeAll(booked);
        Set<String> lost = new TreeSet<>(acknowledged);
        lost.removeIf(order -> rows.contains(order) && booked.contains(order));
        unbooked.removeAll(lost);
        return new OrdersAudit(
                rows.size(), times.size(), lost, unbooked, twice, backwards, tokens.size(), longestPause(times));
    }

    private static Duration longestPause(List<Instant> times) {
        List<Instant> sorted = times.stream().sorted().toList();
        Duration longest = Duration.ZERO;
        for (int i = 1; i < sorted.size(); i++) {
            Duration pause = Duration.between(sorted.get(i - 1), sorted.get(i));
            longest = pause.compareTo(longest) > 0 ? pause : longest;
        }
        return longest;
    }

    /** Nothing lost, nothing left, nothing twice, no token that goes back. */
    boolean isClean() {
        return lost.isEmpty() && unbooked.isEmpty() && twice.isEmpty() && backwards.isEmpty();
    }
}

package dev.conclave.cluster.orders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.cluster.machine.Machine;
import dev.conclave.cluster.machine.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The long run of {@code examples/orders}: customers place orders without a break while its nodes are killed, terminated, frozen and cut
 * off from each other, at the settings that Akka has by default. At the end every acknowledged order has been booked, none of them
 * twice, and no former dispatcher has booked after its successor. Run with
 * {@code mvn -Psoak verify -Dtest=OrdersIT -Dsoak.minutes=60 -Dsurefire.failIfNoSpecifiedTests=false}; {@code -Dcluster.seed} repeats the faults of another run.
 */
@Tag("soak")
@Needs(Machine.NAMESPACES)
class OrdersIT {

    /** The service's line when the fence has refused a booking. */
    private static final Pattern REFUSED = Pattern.compile("is not booked: .* is stale");

    @Test
    void noAcknowledgedOrderIsLostAndNoneIsBookedTwiceWhateverHappensToTheNodes() throws IOException, SQLException {
        long seed = Long.getLong("cluster.seed", System.nanoTime());
        Duration time = Duration.ofMinutes(Integer.getInteger("soak.minutes", 10));
        double scale = Math.min(1, time.toMinutes() / 6.0);
        Random random = new Random(seed);
        Path directory = Files.createDirectories(
                Path.of("target", "cluster", "OrdersIT-" + seed).toAbsolutePath());
        RunLog.line("-Dcluster.seed=" + seed + ", logs are in " + directory);
        Duration longestPauseBeforeRestart = Duration.ofSeconds(20);
        try (OrdersCluster cluster =
                new OrdersCluster(directory, longestPauseBeforeRestart, new Random(random.nextLong()))) {
            long end = System.nanoTime() + time.toNanos();
            cluster.startDatabase();
            cluster.startNodes(time.dividedBy(30), random);
            cluster.awaitOneReady();
            OrdersNemesis nemesis = new OrdersNemesis(cluster, scale, random);
            OrderClient customers = new OrderClient(cluster.addresses(), random.nextLong());
            try (customers) {
                cluster.awaitAllReady();
                nemesis.rage(Duration.ofNanos(end - System.nanoTime()), customers);
            }
            cluster.awaitAllReady();
            try (Connection database = cluster.connect()) {
                // If some are never booked, the audit names them.
                cluster.waitFor(() -> placed(database) == 0);
                OrdersAudit audit = OrdersAudit.of(database, customers.acknowledged());
                String summary = summary(cluster, nemesis, customers, audit);
                RunLog.line(summary);
                Files.writeString(directory.resolve("counts.txt"), summary + "\n");
                assertThat(audit.isClean()).as(summary).isTrue();
                assertThat(customers.refused()).as("refused as another order").isEmpty();
                assertThat(customers.acknowledged()).isNotEmpty();
                assertThat(nemesis.done()).containsOnlyKeys(OrdersNemesis.Fault.values());
                assertThat(audit.tokens()).as("leaderships of the dispatcher").isGreaterThan(1);
            }
        }
    }

    private static int placed(Connection database) {
        try (Statement statement = database.createStatement();
                ResultSet count = statement.executeQuery("SELECT COUNT(*) FROM orders WHERE state = 'placed'")) {
            count.next();
            return count.getInt(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static String summary(
            OrdersCluster cluster, OrdersNemesis nemesis, OrderClient customers, OrdersAudit audit) {
        int ownEnds = cluster.nodes().stream()
                .mapToInt(node -> node.process().ownEnds())
                .sum();
        return customers.acknowledged().size() + " orders acknowledged (" + customers.repeated()
                + " of them by a repetition), " + customers.unknown().size() + " without an answer; lost "
                + audit.lost().size() + " " + few(audit.lost()) + ", placed and never booked "
                + audit.unbooked().size() + " " + few(audit.unbooked()) + ", booked twice "
                + audit.twice().size() + " " + few(audit.twice()) + ", bookings under a token that went back "
                + audit.backwards().size() + " " + few(audit.backwards()) + "; " + audit.bookings()
                + " bookings under " + audit.tokens() + " tokens, refused by the token "
                + cluster.countInLogs(REFUSED) + " (lines of the logs), longest time without a booking "
                + audit.longestPause().toMillis() + " ms; faults " + nemesis.done() + ", "
                + nemesis.onDispatcher() + " of them on the dispatcher's node, nodes that ended by themselves "
                + ownEnds + ", longest time until all nodes were ready again "
                + nemesis.longestRecovery().toMillis() + " ms";
    }

    private static List<String> few(Collection<String> all) {
        return all.stream().limit(10).toList();
    }
}

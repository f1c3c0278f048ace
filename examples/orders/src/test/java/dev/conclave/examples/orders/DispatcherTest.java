package dev.conclave.examples.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.BootstrapSetup;
import akka.actor.setup.ActorSystemSetup;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.receptionist.Receptionist;
import com.typesafe.config.ConfigFactory;
import com.zaxxer.hikari.HikariDataSource;
import dev.conclave.testkit.ConclaveTestKit;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The dispatcher under elections that the test controls, with a database in memory. The test is the worker: it receives the jobs, and
 * books them when it likes.
 */
class DispatcherTest {

    private final ConclaveTestKit conclave = ConclaveTestKit.create();
    private HikariDataSource connections;
    private Database database;
    private ActorTestKit actors;
    private TestProbe<Worker.Job> worker;

    @BeforeEach
    void createTables() throws SQLException {
        connections = Database.connect("jdbc:h2:mem:" + UUID.randomUUID(), 4);
        database = new Database(connections);
        database.createTables();
    }

    private void startANode(String longestJob) {
        actors = ActorTestKit.create(ActorSystem.create(
                Behaviors.empty(),
                "test",
                ActorSystemSetup.create(
                        BootstrapSetup.create(ConfigFactory.parseMap(Map.of(
                                        "akka.actor.provider", "local",
                                        "akka.coordinated-shutdown.exit-jvm", "off", // this JVM runs more tests
                                        "akka.actor.testkit.typed.single-expect-default", "30s",
                                        "orders.longest-job", longestJob))
                                .withFallback(ConfigFactory.load())),
                        conclave.setup())));
        worker = actors.createTestProbe();
        actors.system().receptionist().tell(Receptionist.register(Worker.KEY, worker.getRef()));
        Dispatcher.init(actors.system(), database);
    }

    @AfterEach
    void stop() {
        if (actors != null) {
            actors.shutdownTestKit();
        }
        connections.close();
    }

    @Test
    void aNodeThatIsCutOffInATransactionKeepsTheFenceOnlyUntilTheServerEndsItsSession() throws Exception {
        Connection cutOff = DriverManager.getConnection(connections.getJdbcUrl());
        cutOff.setAutoCommit(false);
        cutOff.createStatement().executeUpdate("UPDATE dispatcher SET token = token");
        assertThatThrownBy(() -> database.claim(2, 10)).isInstanceOf(SQLException.class);

        try (Connection server = connections.getConnection()) {
            DatabaseServer.endIdleTransactions(server, Duration.ZERO);
        }

        assertThat(database.claim(2, 10).number()).isOne();
        assertThatThrownBy(cutOff::commit).isInstanceOf(SQLException.class);
    }

    @Test
    void anOrderIsBookedUnderTheTokenOfTheLeaderThatHandedItOut() throws Exception {
        database.place("1", "{}");
        startANode("10m");
        conclave.elect(Dispatcher.NAME);

        book(worker.receiveMessage());

        assertThat(database.find("1")).contains(new Database.Row("{}", "booked"));
        assertThat(bookings("order_id = '1' AND token = 1")).isOne();
    }

    @Test
    void aJobOfAFormerLeaderCannotBeBookedOnceTheNextLeaderHasClaimed() throws Exception {
        database.place("1", "{}");
        startANode("10m");
        conclave.elect(Dispatcher.NAME);
        Worker.Job late = worker.receiveMessage();
        conclave.dismiss(Dispatcher.NAME).toCompletableFuture().join();
        conclave.elect(Dispatcher.NAME);
        Worker.Job again = worker.receiveMessage();
        assertThat(again.order()).isEqualTo(late.order());

        book(again);

        assertThatThrownBy(() -> book(late)).isInstanceOf(Database.Stale.class);
        assertThat(bookings("order_id = '1'")).isOne();
    }

    /** Otherwise the test above would say nothing about the fence. */
    @Test
    void nothingButTheFenceRefusesASecondBooking() throws Exception {
        database.place("1", "{}");
        startANode("10m");
        conclave.elect(Dispatcher.NAME);
        Worker.Job late = worker.receiveMessage();
        conclave.dismiss(Dispatcher.NAME).toCompletableFuture().join();
        conclave.elect(Dispatcher.NAME);
        bookUnanswered(worker.receiveMessage()); // otherwise the dispatcher would claim again

        execute("UPDATE dispatcher SET token = " + late.token() + ", batch = " + late.batch());
        bookUnanswered(late);

        assertThat(bookings("order_id = '1'")).isEqualTo(2);
    }

    @Test
    void aFormerLeaderCannotClaimAfterItsSuccessor() throws Exception {
        database.claim(2, 10);

        assertThatThrownBy(() -> database.claim(1, 10)).isInstanceOf(Database.Stale.class);
        assertThat(database.claim(2, 10).orders()).isEmpty();
    }

    @Test
    void anUnansweredJobIsHandedOutAgainAndItsFirstWorkerCannotBookIt() throws Exception {
        database.place("1", "{}");
        startANode("200ms");
        conclave.elect(Dispatcher.NAME);
        Worker.Job unanswered = worker.receiveMessage();

        Worker.Job again = worker.receiveMessage();

        assertThat(again.order()).isEqualTo(unanswered.order());
        assertThat(again.token()).isEqualTo(unanswered.token());
        assertThatThrownBy(() -> book(unanswered)).isInstanceOf(Database.Stale.class);
    }

    @Test
    void anOrderIsPlacedOnceAndNeverWithOtherContent() throws Exception {
        assertThat(database.place("1", "{}")).isEqualTo(Database.Placed.NOW);
        assertThat(database.place("1", "{}")).isEqualTo(Database.Placed.BEFORE);
        assertThat(database.place("1", "[]")).isEqualTo(Database.Placed.WITH_OTHER_CONTENT);
        assertThat(database.find("2")).isEmpty();
    }

    private void bookUnanswered(Worker.Job job) throws SQLException, Database.Stale {
        database.book(job.order(), job.token(), job.batch(), "the test");
    }

    private void book(Worker.Job job) throws SQLException, Database.Stale {
        bookUnanswered(job);
        job.replyTo().tell(new Dispatcher.Done(job.order(), job.batch(), Worker.Outcome.BOOKED, worker.getRef()));
    }

    private int bookings(String condition) throws SQLException {
        try (Connection connection = connections.getConnection();
                Statement query = connection.createStatement();
                ResultSet count = query.executeQuery("SELECT COUNT(*) FROM bookings WHERE " + condition)) {
            count.next();
            return count.getInt(1);
        }
    }

    private void execute(String statement) throws SQLException {
        try (Connection connection = connections.getConnection();
                Statement any = connection.createStatement()) {
            any.execute(statement);
        }
    }
}

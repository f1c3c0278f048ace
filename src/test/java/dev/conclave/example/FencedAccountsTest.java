package dev.conclave.example;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.BootstrapSetup;
import akka.actor.setup.ActorSystemSetup;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import dev.conclave.core.PeerId;
import dev.conclave.testkit.ConclaveTestKit;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;

/**
 * A leader that is overtaken in the middle of a write, be it by a pause or by a slow network to the database: it had every
 * reason to write when it began, and the database refuses it.
 */
class FencedAccountsTest {

    @Test
    void aStaleLeadersWriteIsRefusedByTheDatabase() throws SQLException {
        JdbcDataSource h2 = new JdbcDataSource();
        h2.setURL("jdbc:h2:mem:accounts;DB_CLOSE_DELAY=-1");
        FencedAccounts accounts = new FencedAccounts(h2);
        accounts.createTables();
        CountDownLatch overtaken = new CountDownLatch(1);
        AtomicInteger held = new AtomicInteger();

        try (Node first = new Node("10.0.0.1:2551");
                Node second = new Node("10.0.0.2:2551")) {
            ActorRef<AccountWriter.Put> ofFirst =
                    AccountWriter.init(first.actors.system(), new FencedAccounts(slow(h2, overtaken, held)));
            ActorRef<AccountWriter.Put> ofSecond = AccountWriter.init(second.actors.system(), accounts);
            TestProbe<AccountWriter.Outcome> atFirst = first.actors.createTestProbe();
            TestProbe<AccountWriter.Outcome> atSecond = second.actors.createTestProbe();

            first.conclave.elect("accounts");
            ofFirst.tell(new AccountWriter.Put("anna", 100, atFirst.getRef()));
            await().atMost(30, SECONDS).until(() -> held.get() == 1);

            second.conclave.electOther("accounts", first.conclave.self());
            second.conclave.elect("accounts");
            ofSecond.tell(new AccountWriter.Put("anna", 200, atSecond.getRef()));
            assertThat(atSecond.receiveMessage(Duration.ofSeconds(30)).written())
                    .isTrue();

            overtaken.countDown();
            AccountWriter.Outcome late = atFirst.receiveMessage(Duration.ofSeconds(30));
            assertThat(late.written()).isFalse();
            assertThat(late.why()).contains("token 1 is stale");
            assertThat(accounts.cents("anna")).isEqualTo(200);
        }
    }

    /** A node of its own, with an election that the test writes. */
    private static final class Node implements AutoCloseable {
        final ConclaveTestKit conclave;
        final ActorTestKit actors;

        Node(String name) {
            conclave = ConclaveTestKit.create(PeerId.parse(name));
            actors = ActorTestKit.create(ActorSystem.create(
                    Behaviors.empty(),
                    "test",
                    ActorSystemSetup.create(BootstrapSetup.create(ConfigFactory.load()), conclave.setup())));
        }

        @Override
        public void close() {
            actors.shutdownTestKit();
        }
    }

    /** The same database, over a line on which a connection arrives only when the test lets it. */
    private static DataSource slow(JdbcDataSource database, CountDownLatch release, AtomicInteger held) {
        return (DataSource) Proxy.newProxyInstance(
                DataSource.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    held.incrementAndGet();
                    assertThat(release.await(60, SECONDS)).isTrue();
                    return database.getConnection();
                });
    }
}

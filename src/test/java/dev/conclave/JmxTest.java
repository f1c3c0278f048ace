package dev.conclave;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conclave.artery.TestCluster;
import dev.conclave.logging.LogLines;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The MBean of a node, read as a console reads it: from the MBean server, by names. */
class JmxTest {

    private static final MBeanServer SERVER = ManagementFactory.getPlatformMBeanServer();

    @TempDir
    Path directory;

    private static ObjectName nameOf(TestCluster.Node node) throws JMException {
        return new ObjectName("dev.conclave:type=Conclave,port=" + node.id().port());
    }

    private static Map<String, Object> stateOf(TestCluster.Node node) throws JMException {
        CompositeData[] elections = (CompositeData[]) SERVER.getAttribute(nameOf(node), "Elections");
        assertThat(elections).hasSize(1);
        Map<String, Object> state = new TreeMap<>();
        elections[0].getCompositeType().keySet().forEach(key -> state.put(key, elections[0].get(key)));
        return state;
    }

    @Test
    void theMBeanShowsTheElectionsOfItsNodeAndHandsOver() throws JMException {
        try (TestCluster cluster = TestCluster.of(2, directory)) {
            List<TestCluster.Node> nodes = cluster.startAll();
            TestCluster.Node leader = cluster.awaitLeader();
            TestCluster.Node follower = nodes.get(nodes.get(0).equals(leader) ? 1 : 0);
            String self = leader.id().toString();
            long term = leader.election().status().term();
            assertThat(SERVER.getAttribute(nameOf(leader), "Self")).isEqualTo(self);
            assertThat(Stream.of((String[]) SERVER.getAttribute(nameOf(leader), "Voters")))
                    .contains(self, follower.id().toString())
                    .hasSize(2);
            assertThat(SERVER.getAttribute(nameOf(leader), "TakesPart")).isEqualTo(true);
            assertThat((String) SERVER.getAttribute(nameOf(leader), "Status")).contains("\"self\":\"" + self + "\"");
            assertThat(stateOf(leader))
                    .isEqualTo(
                            Map.of("name", "orders", "role", "leader", "leader", self, "term", term, "leading", true));
            assertThat(stateOf(follower))
                    .isEqualTo(Map.of(
                            "name", "orders", "role", "follower", "leader", self, "term", term, "leading", false));

            assertThatThrownBy(() -> handOver(follower, "orders"))
                    .hasRootCauseInstanceOf(IllegalStateException.class)
                    .rootCause()
                    .hasMessageContaining("does not lead \"orders\"");
            assertThatThrownBy(() -> handOver(leader, "stock"))
                    .rootCause()
                    .hasMessage("\"stock\" was not joined on this node; the joined elections are [orders]");
            assertThatThrownBy(() -> handOver(leader, "st\nock"))
                    .rootCause()
                    .hasMessageStartingWith("\"st\\nock\" was not joined");
            assertThatThrownBy(() -> handOverTo(leader, "orders", self))
                    .hasRootCauseInstanceOf(IllegalStateException.class)
                    .rootCause()
                    .hasMessageContaining("to itself");
            handOverTo(leader, "orders", follower.id().toString());
            await().atMost(30, SECONDS).until(follower::leads);
            assertThat(SERVER.getAttribute(nameOf(follower), "Drained")).isEqualTo(false);
            SERVER.invoke(nameOf(follower), "drain", new Object[0], new String[0]);
            assertThat(SERVER.getAttribute(nameOf(follower), "Drained")).isEqualTo(true);
            await().atMost(30, SECONDS).until(leader::leads);
            SERVER.invoke(nameOf(follower), "undrain", new Object[0], new String[0]);
            assertThat(SERVER.getAttribute(nameOf(follower), "Drained")).isEqualTo(false);

            cluster.stop(follower);
            ObjectName gone = nameOf(follower);
            await().atMost(30, SECONDS).until(() -> !SERVER.isRegistered(gone));
        }
    }

    @Test
    void theMBeanShowsPlansAndChangesTheElectorateAndPassesOnRefusals() throws JMException {
        try (TestCluster cluster = TestCluster.of(2, directory)) {
            TestCluster.Node node = cluster.startAll().get(0);
            cluster.awaitLeader();
            String other = cluster.voters().stream()
                    .filter(voter -> !voter.equals(node.id()))
                    .findFirst()
                    .orElseThrow()
                    .toString();
            assertThat((String) SERVER.getAttribute(nameOf(node), "Electorate")).contains("\"number\":0");
            assertThat((String[]) electorate(node, "plan", "remove " + other)).containsExactly("remove " + other);
            electorate(node, "change", "remove " + other);
            assertThat((String) SERVER.getAttribute(nameOf(node), "Electorate"))
                    .contains("\"number\":1", "\"by\":\"JMX\"", "removed " + other);
            assertThat((String[]) SERVER.getAttribute(nameOf(node), "Voters"))
                    .containsExactly(node.id().toString());
            assertThatThrownBy(() -> electorate(node, "change", "remove " + other))
                    .rootCause()
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(other + " is not a voter; the voters are [" + node.id() + "]");
            assertThatThrownBy(() -> electorate(node, "change", "grow"))
                    .rootCause()
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("\"grow\" is not a change of the electorate");
        }
    }

    private static Object electorate(TestCluster.Node node, String verb, String change) throws JMException {
        return SERVER.invoke(
                nameOf(node), verb + "Electorate", new Object[] {change}, new String[] {String.class.getName()});
    }

    private static void handOverTo(TestCluster.Node node, String election, String peer) throws JMException {
        SERVER.invoke(nameOf(node), "handOverTo", new Object[] {election, peer}, new String[] {
            String.class.getName(), String.class.getName()
        });
    }

    private static void handOver(TestCluster.Node node, String election) throws JMException {
        SERVER.invoke(nameOf(node), "handOver", new Object[] {election}, new String[] {String.class.getName()});
    }

    @Test
    void aNodeWhoseMBeanNameIsTakenLogsAWarningAndGoesOn() {
        String alone = "akka.cluster.jmx.multi-mbeans-in-same-jvm = off\nakka.cluster.jmx.enabled = off";
        try (LogLines lines = LogLines.of("dev.conclave");
                TestCluster cluster = TestCluster.of(2, directory, alone)) {
            cluster.startAll();
            cluster.awaitLeader();
            assertThat(lines.soFar())
                    .filteredOn(line -> line.contains("could not be registered with JMX"))
                    .singleElement()
                    .asString()
                    .startsWith("dev.conclave:type=Conclave could not be registered with JMX")
                    .contains("set akka.cluster.jmx.multi-mbeans-in-same-jvm = on, or conclave.jmx.enabled = off");
        }
    }

    @Test
    void noMBeanIsRegisteredWhenJmxIsOff() throws JMException {
        try (TestCluster cluster = TestCluster.of(1, directory, "conclave.jmx.enabled = off")) {
            TestCluster.Node node = cluster.startAll().get(0);
            cluster.awaitLeader();
            assertThat(SERVER.isRegistered(nameOf(node))).isFalse();
        }
    }
}

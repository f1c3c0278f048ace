package dev.conclave;

import akka.Done;
import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.PrintableText;
import dev.conclave.core.electorate.Wish;
import dev.conclave.core.electorate.WishText;
import dev.conclave.internal.node.NodeEnvironment;
import dev.conclave.logging.AsyncLogger;
import dev.conclave.status.StatusJson;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** The MBean of a node. If it cannot be registered, that is logged and elections continue. */
final class ConclaveJmx implements ConclaveMXBean {

    private static final AsyncLogger LOG = AsyncLogger.of(Conclave.class);

    /**
     * The maximum time in seconds that a JMX call waits for a hand-over: longer than any regular hand-over takes, but bounded,
     * since the JMX console waits too.
     */
    private static final long LONGEST_HAND_OVER_SECONDS = 30;

    private static final String BY = "JMX";

    private final Conclave conclave;
    private final ConclaveControl control;
    private final NodeEnvironment environment;
    private final Map<ElectionName, Election> elections;

    private ConclaveJmx(
            Conclave conclave,
            ConclaveControl control,
            NodeEnvironment environment,
            Map<ElectionName, Election> elections) {
        this.conclave = conclave;
        this.control = control;
        this.environment = environment;
        this.elections = elections;
    }

    /**
     * Registers the MBean of a node.
     *
     * @param several whether other nodes in this JVM have beans too, so that the name needs the port
     * @return unregisters the bean
     */
    static Runnable register(
            Conclave conclave,
            ConclaveControl control,
            NodeEnvironment environment,
            Map<ElectionName, Election> elections,
            boolean several) {
        String name = "dev.conclave:type=Conclave"
                + (several ? ",port=" + environment.self().id().port() : "");
        try {
            ObjectName registered = new ObjectName(name);
            server().registerMBean(new ConclaveJmx(conclave, control, environment, elections), registered);
            return () -> unregister(registered);
        } catch (JMException | RuntimeException refused) {
            LOG.warn(
                    "{} could not be registered with JMX ({}); with several nodes in one JVM set"
                            + " akka.cluster.jmx.multi-mbeans-in-same-jvm = on, or conclave.jmx.enabled = off",
                    name,
                    refused.toString());
            return () -> {};
        }
    }

    private static void unregister(ObjectName name) {
        try {
            server().unregisterMBean(name);
        } catch (JMException | RuntimeException refused) {
            LOG.warn("{} could not be unregistered from JMX ({})", name, refused.toString());
        }
    }

    private static MBeanServer server() {
        return ManagementFactory.getPlatformMBeanServer();
    }

    @Override
    public String getSelf() {
        return environment.self().id().toString();
    }

    @Override
    public List<String> getVoters() {
        return environment.settings().voters().stream().map(PeerId::toString).toList();
    }

    @Override
    public boolean isTakesPart() {
        return environment.takesPart();
    }

    @Override
    public String getStatus() {
        return conclave.status().map(StatusJson::write).orElse("{}");
    }

    @Override
    public List<ElectionState> getElections() {
        return elections.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .<ElectionState>map(one -> new Seen(
                        one.getKey().toString(),
                        environment.elections().view(one.getKey()).role(),
                        one.getValue().status(),
                        one.getValue().leadership().isPresent()))
                .toList();
    }

    @Override
    public void handOver(String election) {
        Done unused = await(
                control.handOver(joined(election), Optional.empty(), BY),
                "the hand-over of \"" + PrintableText.of(election) + "\"");
    }

    @Override
    public void handOverTo(String election, String peer) {
        Done unused = await(
                control.handOver(joined(election), Optional.of(PeerId.parse(peer)), BY),
                "the hand-over of \"" + PrintableText.of(election) + "\"");
    }

    @Override
    public boolean isDrained() {
        return conclave.isDrained();
    }

    @Override
    public void drain() {
        Done unused = await(control.drain(BY), "the drain");
    }

    @Override
    public void undrain() {
        control.undrain(BY);
    }

    @Override
    public String getElectorate() {
        return StatusJson.write(control.electorate().status());
    }

    @Override
    public void changeElectorate(String change) {
        Wish wish = WishText.parse(change);
        List<String> unused = await(control.change(wish, BY).done(), "the change of the electorate");
    }

    @Override
    public List<String> planElectorate(String change) {
        return await(control.wish(WishText.parse(change), true, BY), "the plan");
    }

    private static <T> T await(CompletionStage<T> what, String name) {
        try {
            return what.toCompletableFuture().get(LONGEST_HAND_OVER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException refused) {
            // Without the cause: the console may not know its class.
            throw new IllegalStateException(
                    refused.getCause() == null ? "" : refused.getCause().getMessage());
        } catch (TimeoutException late) {
            throw new IllegalStateException(
                    name + " has not ended after " + LONGEST_HAND_OVER_SECONDS + " s; it may still succeed");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + name + " was under way");
        }
    }

    private ElectionName joined(String election) {
        if (election.startsWith(ElectionName.OWN_PREFIX)) {
            // Throws, as in all other places.
            ElectionName.ofApplication(election);
        }
        // Also by its escaped name, since a user cannot type a line feed into a console.
        return elections.entrySet().stream()
                .filter(one -> one.getKey().value().equals(election)
                        || one.getKey().toString().equals(election))
                .findFirst()
                .map(Map.Entry::getKey)
                .orElseThrow(() -> new IllegalArgumentException("\"" + PrintableText.of(election)
                        + "\" was not joined on this node; the joined elections are " + elections.keySet()));
    }

    private record Seen(String name, String role, ElectionStatus status, boolean isLeading) implements ElectionState {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public String getRole() {
            return role;
        }

        @Override
        public String getLeader() {
            return status.leader().map(PeerId::toString).orElse("");
        }

        @Override
        public long getTerm() {
            return status.term();
        }
    }
}

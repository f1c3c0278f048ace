package dev.conclave.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.cluster.machine.Loopback;
import dev.conclave.cluster.trial.Cluster;
import dev.conclave.cluster.trial.HttpDoor;
import dev.conclave.cluster.trial.PeerProcess;
import dev.conclave.cluster.trial.Program;
import dev.conclave.cluster.trial.Trial;
import dev.conclave.core.PeerId;
import dev.conclave.core.Terms;
import dev.conclave.judge.Event;
import dev.conclave.node.demo.PeerStates;
import dev.conclave.node.operate.CommandRun;
import dev.conclave.status.ElectorateStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Both sides of one group are forced to go on, and then one is forced over the other (E11). */
@Timeout(300)
class ForcedGroupsIT {

    private static final Pattern WRITTEN = Pattern.compile("configuration (\\d+) .* of the new group ([0-9a-f]{16})");

    @RegisterExtension
    final Trial trial = new Trial();

    private record Group(String name, int number) {

        /** The terms of this group; a forced one has 1024 numbers of configurations before those of another may begin. */
        boolean has(long term) {
            int configuration = Terms.configurationOf(term);
            return configuration >= number && configuration < number + 1024;
        }

        @Override
        public String toString() {
            return name + "/" + number;
        }
    }

    @Test
    @Tag("soak")
    void twoSidesThatAreBothForcedLeadApartAsStrangersUntilOneIsForcedOverTheOther() throws IOException {
        Cluster cluster = trial.electorate(3, Loopback.of(3), Program.NODE).start();
        cluster.awaitLeader();
        PeerProcess alone = cluster.peer(0);
        List<PeerProcess> two = cluster.others(alone);
        Group former = groupOf(alone);
        cluster.kill(cluster.peers().toArray(new PeerProcess[0]));

        Group one = force(alone, former, List.of(alone));
        Group other = forceApartFrom(one, two.get(0), former, two);
        // The group that unites them promises nothing to the one that it is forced over.
        cluster.judgeApart(term -> former.has(term) || one.has(term), term -> !one.has(term));
        cluster.restart(two.toArray(new PeerProcess[0]));
        Event.Elected leads = awaitLeaderApart(cluster, two, 0);
        cluster.restart(alone);
        awaitLeaderApart(cluster, List.of(alone), 0);

        areStrangers(cluster, alone, one, two.get(0), other);
        cluster.handOver(cluster.peer(leads.peer()));
        awaitLeaderApart(cluster, two, leads.term());
        assertThat(groupOf(alone)).isEqualTo(one);
        assertThat(two).allMatch(peer -> groupOf(peer).equals(other));
        assertThat(termsElectedAt(cluster, Set.of(alone)).stream().filter(one::has))
                .isNotEmpty();
        assertThat(termsElectedAt(cluster, two).stream().filter(other::has)).isNotEmpty();
        assertThat(cluster.history().events())
                .filteredOn(event -> two.stream().anyMatch(peer -> peer.id().equals(event.peer())))
                .noneMatch(event -> event instanceof Event.InElection told && one.has(told.term()));

        aForceOverTheOtherSideUnitesThem(cluster, alone, one, two, other);
    }

    /** Waits for a leader above a term whom all of these peers follow, while another group has its own. */
    private static Event.Elected awaitLeaderApart(Cluster cluster, List<PeerProcess> these, long above) {
        Supplier<Optional<Event.Elected>> leader = () -> {
            Map<PeerId, Event> last = new TreeMap<>(cluster.history().states().last());
            List<PeerId> names = these.stream().map(PeerProcess::id).toList();
            last.keySet().retainAll(names);
            return new PeerStates(last).leaderOf(names).filter(elected -> elected.term() > above);
        };
        cluster.until(
                "a leader above term " + above + " whom all of " + these + " follow",
                () -> leader.get().isPresent());
        return leader.get().orElseThrow();
    }

    private static void areStrangers(Cluster cluster, PeerProcess alone, Group one, PeerProcess survivor, Group other) {
        String atOne = survivor + " belongs to the group " + other.name() + ", this node to " + one.name();
        String atOther = alone + " belongs to the group " + one.name() + ", this node to " + other.name();
        cluster.until(
                alone + " to log that " + survivor + " is a stranger",
                () -> alone.log().contains(atOne));
        cluster.until(
                survivor + " to log that " + alone + " is a stranger",
                () -> survivor.log().contains(atOther));
        for (PeerProcess peer : List.of(alone, survivor)) {
            assertThat(peer.door().status().orElseThrow().dropped()).containsKey("other-group");
        }
    }

    private void aForceOverTheOtherSideUnitesThem(
            Cluster cluster, PeerProcess alone, Group one, List<PeerProcess> two, Group other) throws IOException {
        long before = termsElectedAt(cluster, cluster.peers()).stream()
                .mapToLong(Long::longValue)
                .max()
                .orElseThrow();
        cluster.kill(two.get(0));

        Group united = force(two.get(0), other, two, "--over", one.toString());

        assertThat(united.number()).isGreaterThan(one.number()).isGreaterThan(other.number());
        cluster.restart(two.get(0));
        cluster.until(
                "all to obey " + united,
                () -> cluster.peers().stream().allMatch(peer -> groupOf(peer).equals(united) && isObeyed(peer)));
        PeerProcess leader = cluster.awaitLeader();
        assertThat(two).contains(leader);
        HttpDoor.Answer added = leader.door().change("add " + alone);
        assertThat(added.isDone()).as(added.body()).isTrue();
        cluster.until(alone + " to vote", () -> view(alone).votes());

        cluster.kill(leader);
        cluster.awaitNextLeader();
        assertThat(cluster.term()).as("tokens grow").isGreaterThan(before);
    }

    private static ElectorateStatus view(PeerProcess peer) {
        return peer.door().electorate().orElseThrow();
    }

    private static boolean isObeyed(PeerProcess peer) {
        return view(peer).obeyed();
    }

    private static Group groupOf(PeerProcess peer) {
        return new Group(view(peer).group().orElse(""), view(peer).number());
    }

    private static Set<Long> termsElectedAt(Cluster cluster, Collection<PeerProcess> these) {
        return cluster.history().events().stream()
                .filter(Event.Elected.class::isInstance)
                .map(Event.Elected.class::cast)
                .filter(elected -> these.contains(cluster.peer(elected.peer())))
                .map(Event.Elected::term)
                .collect(Collectors.toSet());
    }

    /** The number is drawn out of 64; an operator with two sides of one number forces again, and so does this. */
    private static Group forceApartFrom(Group one, PeerProcess at, Group former, List<PeerProcess> survivors)
            throws IOException {
        byte[] journal = Files.readAllBytes(at.journal());
        Group drawn = force(at, former, survivors);
        while (drawn.number() == one.number()) {
            Files.write(at.journal(), journal);
            drawn = force(at, former, survivors);
        }
        return drawn;
    }

    private static Group force(PeerProcess at, Group former, List<PeerProcess> survivors, String... options) {
        CommandRun force = new CommandRun();
        List<String> args = new ArrayList<>(
                List.of("electorate", "force", at.dataDirectory().toString()));
        args.addAll(List.of("--group", former.name(), "--survivors"));
        args.add(survivors.stream().map(PeerProcess::toString).collect(Collectors.joining(",")));
        args.addAll(List.of(options));
        int code = force.run(args.toArray(new String[0]));
        assertThat(code).as(force.err()).isZero();
        MatchResult written =
                WRITTEN.matcher(force.out()).results().findFirst().orElseThrow(() -> new AssertionError(force.out()));
        return new Group(written.group(2), Integer.parseInt(written.group(1)));
    }
}

package dev.conclave.core.scenario;

import dev.conclave.core.Ballot;
import dev.conclave.core.PeerId;
import dev.conclave.core.Settings;
import dev.conclave.core.peer.Input;
import dev.conclave.core.peer.Peer;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The actions of a story, one line each. Times are in ms.
 *
 * <pre>
 * voters a b c                    the voters in the files, from the next start of each on; without nodes they are those of
 *                                 configuration 0 (H = 100, E = 1000, rho = 0.01, margin 200)
 * with nodes                      the electorate is played too: founding, configurations, identities
 * latency 5 / disk a 300          how long messages and forces take (1, 2)
 * users a 30 / users a never      how long users take to stop (0)
 * jitter a 7                      the jitter of a, where the bound allows; otherwise drawn from seed 1
 * start a b / join a              begin a life: and stand; and do not stand
 * kill a / power a                end a life; with the power goes what is not forced
 * proof a [b c]                   the last life of a is proven gone, to all or to these
 * freeze a / thaw a               a process that does nothing for a while; it wakes with its timer, then handles the queued inputs
 * stand, withdraw, hand-over, leave, void a
 * hand-over a b                   a hands over to b
 * cut a b / cut a>b / heal        no message passes
 * cut-remoting a b                only what takes an express lane passes
 * lose a>b VoteGranted            the next of that kind; delay a>b VoteGranted 300; repeat a>b VoteGranted 300
 * wipe a                          lose the directory
 * wish a add d                    a change of the electorate, at a: add d, remove d, replace c d, readmit d, set ...
 * ballot c 5                      the ballot on the disk of c, from a time before the story
 * run 500 / run until a leads     let time pass; until a leads, a stands, a follows ("somebody" for any peer)
 * show heartbeats / hide heartbeats
 * </pre>
 */
final class Verbs {

    private static final long MS = 1_000_000;
    private static final long PATIENCE = 60_000 * MS;

    private final Network network;
    private final Map<String, Consumer<List<String>>> verbs = new HashMap<>();
    private List<PeerId> voters = List.of();

    Verbs(Network network) {
        this.network = network;
        verbs.put(
                "voters",
                names ->
                        voters = names.stream().map(name -> new PeerId(name, 1)).toList());
        verbs.put("with", unused -> network.nodes().use());
        verbs.put("latency", words -> network.links().latency(ms(words.get(0))));
        verbs.put("seed", words -> network.seed(Long.parseLong(words.get(0))));
        verbs.put("show", unused -> network.trace().showEverything(true));
        verbs.put("hide", unused -> network.trace().showEverything(false));
        verbs.put("disk", words -> host(words).diskNanos = ms(words.get(1)));
        verbs.put("jitter", words -> host(words).jitterNanos = OptionalLong.of(ms(words.get(1))));
        verbs.put(
                "users",
                words -> host(words).usersNanos =
                        words.get(1).equals("never") ? OptionalLong.empty() : OptionalLong.of(ms(words.get(1))));
        verbs.put("start", each(host -> begin(host, true)));
        verbs.put("join", each(host -> begin(host, false)));
        verbs.put("kill", each(host -> network.end(host, false)));
        verbs.put("power", each(host -> network.end(host, true)));
        verbs.put("freeze", each(network::freeze));
        verbs.put("thaw", each(network::thaw));
        verbs.put("stand", each(host -> network.tell(host, new Input.Stand())));
        verbs.put("withdraw", each(host -> network.tell(host, new Input.Withdraw())));
        verbs.put("hand-over", this::handOver);
        verbs.put("leave", each(host -> network.tell(host, new Input.Leave())));
        verbs.put("void", each(host -> network.tell(host, new Input.LeadershipVoid())));
        verbs.put("proof", this::proof);
        verbs.put("cut", words -> cut(words, network.links()::cut));
        verbs.put("cut-remoting", words -> cut(words, network.links()::cutRemoting));
        verbs.put("heal", unused -> network.links().heal());
        verbs.put("lose", words -> network.links().lose(link(words.get(0)), words.get(1)));
        verbs.put("delay", words -> network.links().delay(link(words.get(0)), words.get(1), ms(words.get(2))));
        verbs.put("repeat", words -> network.links().repeat(link(words.get(0)), words.get(1), ms(words.get(2))));
        verbs.put("wipe", each(this::wipe));
        verbs.put("ballot", words -> host(words).durable = Ballot.learned(Long.parseLong(words.get(1))));
        verbs.put("wish", words -> network.nodes().wish(host(words), words.subList(1, words.size())));
        verbs.put("run", this::run);
    }

    void perform(String line) {
        List<String> words = Arrays.asList(line.trim().split("\\s+"));
        Consumer<List<String>> verb = verbs.get(words.get(0));
        if (verb == null) {
            throw new IllegalArgumentException("no such verb: " + line);
        }
        verb.accept(words.subList(1, words.size()));
    }

    private Consumer<List<String>> each(Consumer<Host> verb) {
        return names -> names.forEach(name -> verb.accept(network.host(name)));
    }

    private Host host(List<String> words) {
        return network.host(words.get(0));
    }

    private static long ms(String millis) {
        return new BigDecimal(millis).movePointRight(6).longValueExact();
    }

    // ---- lives

    private void begin(Host host, boolean stands) {
        Settings settings = new Settings(voters, 100 * MS, 1000 * MS, 0.01);
        if (network.nodes().areUsed()) {
            network.begin(host, network.nodes().self(host, settings));
            network.nodes().begin(host, settings);
        } else {
            if (!settings.isVoter(host.id())) {
                host.forgetsAll();
            }
            network.begin(host, new Peer.Self(host.id(), host.incarnation(host.life + 1), settings, 200 * MS));
            boolean owesNothing = host.durable.equals(Ballot.NONE);
            network.step(host, new Input.Admitted(owesNothing ? 0 : settings.electionNanos()));
        }
        if (stands) {
            network.step(host, new Input.Stand());
        }
        network.step(host, new Input.Tick());
    }

    private void wipe(Host host) {
        host.head = Optional.empty();
        host.durable = Ballot.NONE;
        network.trace().add(network.now(), host.name, "has lost its data directory");
    }

    private void handOver(List<String> words) {
        network.tell(
                host(words),
                words.size() == 1
                        ? new Input.HandOver()
                        : new Input.HandOver(
                                Optional.of(host(words.subList(1, 2)).id())));
    }

    private void proof(List<String> words) {
        Host dead = host(words);
        for (Host host : network.hosts()) {
            boolean told = words.size() == 1 || words.contains(host.name);
            if (told && host != dead && host.isRunning()) {
                network.tell(host, new Input.ProcessGone(dead.id(), dead.incarnation(dead.life)));
            }
        }
    }

    // ---- wires

    private void cut(List<String> words, Consumer<Links.Link> cutter) {
        if (words.size() == 1) {
            cutter.accept(link(words.get(0)));
        } else {
            for (String from : words) {
                words.stream().filter(to -> !to.equals(from)).forEach(to -> cutter.accept(new Links.Link(from, to)));
            }
        }
    }

    private static Links.Link link(String arrow) {
        int at = arrow.indexOf('>');
        return new Links.Link(arrow.substring(0, at), arrow.substring(at + 1));
    }

    // ---- time

    private void run(List<String> words) {
        if (!words.get(0).equals("until")) {
            long until = network.now() + ms(words.get(0));
            while (network.next(until)) {}
            return;
        }
        Predicate<Peer> wanted = wanted(words.get(2));
        long until = network.now() + PATIENCE;
        while (!isAny(words.get(1), wanted)) {
            if (!network.next(until)) {
                throw new IllegalStateException("in vain: run " + String.join(" ", words));
            }
        }
    }

    private boolean isAny(String name, Predicate<Peer> wanted) {
        for (Host host : network.hosts()) {
            if ((name.equals("somebody") || name.equals(host.name))
                    && host.peer.filter(wanted).isPresent()) {
                return true;
            }
        }
        return false;
    }

    private static Predicate<Peer> wanted(String word) {
        return switch (word) {
            case "leads" -> peer -> peer.leads().isPresent();
            case "stands" -> peer -> peer.role().standsOrLeads();
            case "follows" -> peer -> peer.told().isPresent();
            default -> throw new IllegalArgumentException("run until somebody " + word + "?");
        };
    }
}

package dev.conclave.internal.node;

import dev.conclave.artery.TestCluster;
import dev.conclave.core.Ballot;
import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.ElectionName;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.Settings;
import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.electorate.ElectorateMessage;
import dev.conclave.core.electorate.RoundBallot;
import dev.conclave.core.node.Hello;
import dev.conclave.core.node.NodeInput;
import dev.conclave.core.peer.Message;
import dev.conclave.internal.node.HostileSystem.Words;
import dev.conclave.internal.wire.Envelope;
import dev.conclave.internal.wire.Frame;
import dev.conclave.internal.wire.FrameTampering;
import dev.conclave.internal.wire.ParsedFrame;
import dev.conclave.internal.wire.SampleFrames;
import dev.conclave.internal.wire.WireFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * All that a stranger says who has recorded what honest peers said to each other, without the one thing that only TLS
 * keeps from him: new words of a plausible term under a recorded pass.
 */
final class ReplayAttack {

    private static final ElectionName ELECTION = new ElectionName(TestCluster.ELECTION);
    private static final int TAMPERED = 40;
    private static final int STRANGERS = 2;
    private static final int HELLOS = 8;

    private final PeerId hostile;
    private final List<PeerId> voters;
    private final long term;
    private final Set<NodeInput.Framed> headers = new LinkedHashSet<>();
    private final Set<Hello> hellos = new LinkedHashSet<>();
    private final String manifest;
    private final List<Words> common = new ArrayList<>();

    ReplayAttack(PeerId hostile, List<Words> recorded, List<PeerId> voters, long term, long seed) {
        this.hostile = hostile;
        this.voters = voters;
        this.term = term;
        this.manifest = recorded.get(0).manifest();
        for (Words words : recorded) {
            ParsedFrame heard =
                    WireFormat.read(HostileSystem.parsed(words.bytes()).orElseThrow());
            if (heard instanceof ParsedFrame.HeardBatch batch) {
                headers.add(batch.header());
            } else if (heard instanceof ParsedFrame.HeardHello greeting) {
                hellos.add(greeting.hello());
            }
        }
        SplittableRandom random = new SplittableRandom(seed);
        common.addAll(recorded);
        forgeFrames();
        forgeTerms();
        forgeHellos();
        tamper(random);
        oversize(random);
    }

    /** The messages to this peer; the last of them is answered. */
    List<Words> on(PeerId victim) {
        List<Words> all = new ArrayList<>(common);
        hellos.stream().findFirst().ifPresent(hello -> {
            // In its own name, and in the stranger's own.
            all.add(words(hello(hello, victim, 1)));
            all.add(words(hello(hello, hostile, passOfTheLast(victim))));
        });
        return all;
    }

    boolean isAnswerToTheLast(Frame frame, PeerId victim) {
        return WireFormat.read(frame) instanceof ParsedFrame.HeardHello greeting
                && greeting.hello().from().equals(victim)
                && greeting.hello().echo() == passOfTheLast(victim);
    }

    private static long passOfTheLast(PeerId victim) {
        return 4711L + victim.port();
    }

    // ---- in the name of a peer

    /** Claims of a voter's name without its pass, in another life, under another identity, or from another name. */
    private void forgeFrames() {
        for (NodeInput.Framed real : headers) {
            DirectoryIdentity other = new DirectoryIdentity(9);
            List<NodeInput.Framed> claims = List.of(
                    claim(real, real.from(), real.incarnation(), real.identity(), real.pass() + 1),
                    claim(real, real.from(), new Incarnation(4711), real.identity(), real.pass()),
                    claim(real, real.from(), real.incarnation(), other, real.pass()),
                    claim(real, hostile, real.incarnation(), real.identity(), real.pass()));
            for (NodeInput.Framed claim : claims) {
                for (long forged : new long[] {term, term + 1, term + 5, Ballot.MAX_TERM}) {
                    common.add(words(WireFormat.toFrame(claim, said(forged, claim))));
                }
                electorate(claim).forEach(message -> common.add(words(WireFormat.toFrame(claim, message))));
            }
        }
    }

    private static NodeInput.Framed claim(
            NodeInput.Framed real, PeerId from, Incarnation life, DirectoryIdentity identity, long pass) {
        return new NodeInput.Framed(from, life, identity, pass, real.group(), real.configuration());
    }

    /** A configuration of the stranger alone, a round for it, and a round that nobody could follow. */
    private List<ElectorateMessage> electorate(NodeInput.Framed claim) {
        long group = claim.group() == 0 ? 1 : claim.group();
        int number = Math.max(0, claim.configuration());
        RoundBallot ballot = new RoundBallot(Long.MAX_VALUE, new DirectoryIdentity(9), 4711);
        Configuration theirs = new Configuration(
                group,
                List.of(),
                number + 1,
                Map.of(hostile, new DirectoryIdentity(9)),
                Map.of(),
                new Settings(List.of(hostile), 100_000_000L, 1_000_000_000L, 0.01),
                List.of());
        return List.of(
                new ElectorateMessage.Holds(group, number + 1, number + 1, 0, true),
                new ElectorateMessage.Shown(theirs),
                new ElectorateMessage.Prepare(group, number, ballot),
                new ElectorateMessage.Accept(group, number, ballot, theirs),
                new ElectorateMessage.Accepted(group, number, ballot),
                new ElectorateMessage.AskToFound(),
                new ElectorateMessage.MayFound());
    }

    private List<Envelope> said(long forged, NodeInput.Framed claim) {
        PeerId from = claim.from();
        long longAgo = System.nanoTime() - 1;
        List<Message> messages = List.of(
                new Message.RequestPreVote(forged, 0),
                new Message.RequestVote(forged, 0),
                new Message.RequestVote(forged, forged - 1),
                new Message.PreVoteGranted(forged),
                new Message.VoteGranted(forged),
                new Message.VoteRefused(forged, forged),
                new Message.Heartbeat(forged, longAgo, List.of(from)),
                new Message.HeartbeatAck(forged, Long.MAX_VALUE, true),
                new Message.HeartbeatRefused(forged),
                new Message.Release(forged, Optional.of(from)));
        return messages.stream()
                .map(message -> new Envelope(ELECTION, claim.configuration(), message))
                .toList();
    }

    /** Terms that no number of elections brings about, even under a recorded pass. */
    private void forgeTerms() {
        for (NodeInput.Framed header : headers) {
            Frame whole = WireFormat.toFrame(header, said(Ballot.MAX_TERM, header));
            common.add(words(whole));
            common.add(words(WireFormat.toFrame(header, said(term + (1L << 33), header))));
            for (long absurd : new long[] {Ballot.MAX_TERM + 1, Long.MAX_VALUE, -1, Long.MIN_VALUE}) {
                common.add(words(withTerm(whole, absurd)));
            }
        }
    }

    private static Frame withTerm(Frame whole, long absurd) {
        Map<String, Object> fields = new LinkedHashMap<>(whole.fields());
        List<Object> messages = new ArrayList<>();
        for (Object message : (List<?>) fields.getOrDefault("m", List.of())) {
            Map<String, Object> changed = new LinkedHashMap<>();
            ((Map<?, ?>) message).forEach((name, value) -> changed.put((String) name, value));
            changed.put("t", absurd);
            messages.add(changed);
        }
        fields.put("m", messages);
        return new Frame(fields);
    }

    // ---- hellos

    private void forgeHellos() {
        hellos.stream().limit(HELLOS).forEach(hello -> {
            for (PeerId voter : voters) {
                common.add(words(hello(hello, voter, 1)));
            }
        });
        // Strangers at addresses without a process.
        hellos.stream().findFirst().ifPresent(hello -> {
            for (int i = 1; i <= STRANGERS; i++) {
                common.add(words(hello(hello, new PeerId("127.0.0.1", i), i)));
            }
        });
    }

    /** A copy of a hello, but of another life, without proof, and with a lifeline port that belongs to no peer. */
    private Hello hello(Hello like, PeerId from, long pass) {
        return new Hello(
                from,
                new Incarnation(4711),
                like.identity(),
                hostile.port(),
                0,
                Hello.VERSION,
                pass,
                0x5ec4e7,
                true,
                Long.MAX_VALUE);
    }

    // ---- what is none

    /** Good frames, without their passes, tampered with; and bytes, under manifests of all sorts. */
    private void tamper(SplittableRandom random) {
        List<byte[]> good = new ArrayList<>();
        headers.forEach(header -> good.add(SampleFrames.bytes(WireFormat.toFrame(
                claim(header, header.from(), header.incarnation(), header.identity(), 0), said(term, header)))));
        for (int i = 0; i < TAMPERED; i++) {
            common.add(new Words(manifest, FrameTampering.bytes(good, random)));
        }
        for (String other : List.of(manifest, "", "x", "java.lang.Runtime", Frame.class.getName(), "#9")) {
            byte[] bytes = new byte[200];
            random.nextBytes(bytes);
            common.add(new Words(other, bytes));
            common.add(new Words(other, new byte[0]));
        }
    }

    /** Megabytes: of nesting, of text, of messages, of chance. */
    private void oversize(SplittableRandom random) {
        byte[] nested = new byte[1 << 20];
        Arrays.fill(nested, (byte) 0x81);
        byte[] chance = new byte[1 << 20];
        random.nextBytes(chance);
        common.add(new Words(manifest, nested));
        common.add(new Words(manifest, chance));
        common.add(words(new Frame(Map.of("k", 2L, "f", "x".repeat(1 << 20)))));
        headers.stream().findFirst().ifPresent(header -> {
            List<Envelope> many = new ArrayList<>();
            while (many.size() < 20_000) {
                many.addAll(said(term + 1, header));
            }
            common.add(words(WireFormat.toFrame(header, many)));
        });
    }

    private Words words(Hello hello) {
        return words(WireFormat.toFrame(hello));
    }

    private Words words(Frame frame) {
        return new Words(manifest, SampleFrames.bytes(frame));
    }
}

package dev.conclave.explore.world;

import dev.conclave.core.peer.Candidate;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.Leader;
import dev.conclave.core.peer.Message;
import dev.conclave.core.peer.Peer;
import java.util.ArrayList;
import java.util.List;

/** A run as text: one line for each choice, one column for each peer. */
public final class RunDiagram implements World.Follow {

    private static final int WIDTH = 34;

    private final List<String> noted = new ArrayList<>();

    private RunDiagram() {}

    public static String of(PeerGroup group, Core core, List<Choice> choices) {
        StringBuilder text = new StringBuilder(group.toString()).append('\n');
        RunDiagram diagram = new RunDiagram();
        World world = new World(group, core, new EventCounts());
        world.followedBy(diagram);
        text.append(String.format("%9s ", "ms"));
        for (int i = 0; i < group.size(); i++) {
            text.append(String.format("%-" + WIDTH + "s", "p" + i + " = " + group.id(i)));
        }
        text.append('\n');
        for (Choice choice : choices) {
            if (choice.what() == Choice.What.ADVANCE) {
                world.apply(choice);
                continue;
            }
            diagram.noted.clear();
            String end = "";
            try {
                if (!world.apply(choice)) {
                    continue;
                }
            } catch (Violation violation) {
                end = violation.getMessage();
            }
            text.append(String.format("%9.3f ", world.micros() / 1e3));
            text.append(" ".repeat(WIDTH * choice.peer()));
            text.append(choice).append("  =>  ").append(state(world, choice.peer()));
            if (!diagram.noted.isEmpty()) {
                text.append("  ").append(String.join("; ", diagram.noted));
            }
            text.append('\n');
            if (!end.isEmpty()) {
                return text.append("VIOLATED ").append(end).append('\n').toString();
            }
        }
        return text.append("nothing violated\n").toString();
    }

    private static String state(World world, int i) {
        if (world.isDown(i)) {
            return "down";
        }
        Peer peer = world.peer(i);
        String role = peer.role() instanceof Candidate candidate
                ? "Candidate/" + candidate.phase()
                : peer.role().name();
        if (peer.role() instanceof Leader leader) {
            role += leader.leaseUntil() == Leader.NO_LEASE
                    ? "/no lease"
                    : String.format("/lease for %.3f ms", (leader.leaseUntil() - world.now(i)) / 1e6);
        }
        long loyal = peer.loyalty().until() - world.now(i);
        String bound = peer.loyalty().until() > 0 && loyal > 0 ? String.format(" loyal for %.3f ms", loyal / 1e6) : "";
        return role + " " + peer.ballot().term()
                + peer.ballot().votedFor().map(v -> " voted p" + (v.port() - 1)).orElse("")
                + (world.hasPending(i) ? " not durable" : "") + bound;
    }

    @Override
    public void sent(int slot, InFlight inFlight) {
        Message message = inFlight.message();
        String more = message instanceof Message.Release release
                ? " "
                        + release.successor()
                                .map(s -> "successor p" + (s.port() - 1))
                                .orElse("")
                : message instanceof Message.RequestVote request && request.released() > 0
                        ? " released " + request.released()
                        : "";
        noted.add(InFlight.nameOf(inFlight.kind()) + "(" + message.term() + ")" + more + " to p" + inFlight.to());
    }

    @Override
    public void effect(int peer, Effect effect) {
        noted.add(effect.toString());
    }
}

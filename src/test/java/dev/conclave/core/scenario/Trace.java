package dev.conclave.core.scenario;

import dev.conclave.core.Ballot;
import dev.conclave.core.PeerId;
import dev.conclave.core.Terms;
import dev.conclave.core.peer.Message;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** The run in lines for people: the time in ms, the host, the event. */
final class Trace {

    private final List<String> lines = new ArrayList<>();
    private boolean everything;

    /** Shows heartbeats, acknowledgements and observations too. */
    void showEverything(boolean all) {
        everything = all;
    }

    boolean isShown(Message message) {
        return everything
                || !(message instanceof Message.Heartbeat
                        || message instanceof Message.HeartbeatAck
                        || message instanceof Message.Observe);
    }

    boolean showsEverything() {
        return everything;
    }

    void add(long now, String who, String what) {
        lines.add(String.format("%7s  %s  %s", millis(now), who, what));
    }

    /** All lines since the last call. */
    List<String> taken() {
        List<String> taken = List.copyOf(lines);
        lines.clear();
        return taken;
    }

    // ---- words

    static String millis(long nanos) {
        return new BigDecimal(nanos)
                .movePointLeft(6)
                .setScale(1, RoundingMode.FLOOR)
                .stripTrailingZeros()
                .toPlainString();
    }

    static String names(Collection<PeerId> peers) {
        return peers.stream().map(PeerId::host).collect(Collectors.joining(" "));
    }

    /** A term of configuration 0 is shown as its number, any other one as n.k. */
    static String of(long term) {
        return Terms.configurationOf(term) == 0 ? String.valueOf(term) : Terms.show(term);
    }

    static String of(Ballot ballot) {
        return of(ballot.term())
                + ballot.votedFor().map(vote -> " for " + vote.host()).orElse("");
    }

    static String of(Message message) {
        String kind = message.getClass().getSimpleName();
        if (message instanceof Message.RequestPreVote asked) {
            return kind + " " + of(asked.term()) + released(asked.released());
        } else if (message instanceof Message.RequestVote asked) {
            return kind + " " + of(asked.term()) + released(asked.released());
        } else if (message instanceof Message.PreVoteRefused no) {
            return kind + " " + of(no.asked()) + ", is in " + of(no.term())
                    + (no.loyalForNanos() > 0 ? ", loyal for " + millis(no.loyalForNanos()) : "");
        } else if (message instanceof Message.VoteRefused no) {
            return kind + " " + of(no.asked()) + ", is in " + of(no.term());
        } else if (message instanceof Message.Heartbeat beat) {
            return kind + " " + of(beat.term()) + " of " + millis(beat.sentAt())
                    + (beat.succession().isEmpty() ? "" : ", then " + names(beat.succession()));
        } else if (message instanceof Message.HeartbeatAck ack) {
            return kind + " " + of(ack.term()) + " of " + millis(ack.sentAt())
                    + (ack.stands() ? "" : ", does not stand");
        } else if (message instanceof Message.Release release) {
            return kind + " " + of(release.term())
                    + release.successor()
                            .map(next -> ", next is " + next.host())
                            .orElse("");
        } else if (message instanceof Message.Observe observe) {
            return kind
                    + observe.of().map(who -> " of " + who.host()).orElse("")
                    + (observe.stands() ? ", stands" : "");
        }
        return kind + " " + of(message.term());
    }

    private static String released(long term) {
        return term == 0 ? "" : ", " + of(term) + " is released";
    }
}

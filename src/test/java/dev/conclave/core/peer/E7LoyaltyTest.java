package dev.conclave.core.peer;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.ms;
import static dev.conclave.core.TestValues.send;
import static dev.conclave.core.TestValues.settings;
import static dev.conclave.core.peer.PeerProbe.peer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.Settings;
import dev.conclave.core.Terms;
import dev.conclave.core.peer.Message.RequestVote;
import dev.conclave.core.peer.Message.VoteGranted;
import dev.conclave.core.peer.Message.VoteRefused;
import org.junit.jupiter.api.Test;

/** E7: an acknowledgement is worth the E of the configuration under which it was given. */
class E7LoyaltyTest {

    private static final long FIRST = Terms.before(1) + 1;
    private static final Settings LONG = settings(3 * E, "a", "b", "c");
    private static final Settings SHORT = settings("a", "b", "c");

    @Test
    void aVoterIsLoyalForTheElectionTimeoutOfTheConfigurationUnderWhichItAcknowledged() {
        PeerProbe voter = voter(SHORT).hearsBeat("b", 3).switchesTo(1, LONG).after(E - 1);
        voter.hears("c", new RequestVote(FIRST, 0)).does(send("c", new VoteRefused(3, FIRST)));
        voter.after(1).hears("c", new RequestVote(FIRST, 0)).doesAmongOthers(send("c", new VoteGranted(FIRST)));
    }

    /** b holds a lease by the acknowledgement under the long E. */
    @Test
    void aLaterAcknowledgementUnderAShorterElectionTimeoutDoesNotShortenTheLoyalty() {
        PeerProbe voter = voter(LONG).hearsBeat("b", 3).after(ms(10)).switchesTo(1, SHORT);
        voter.hearsBeat("b", 3).after(3 * E - ms(10) - 1);
        voter.hears("c", new RequestVote(FIRST, 0)).does(send("c", new VoteRefused(3, FIRST)));
        voter.after(1).hears("c", new RequestVote(FIRST, 0)).doesAmongOthers(send("c", new VoteGranted(FIRST)));
    }

    @Test
    void anAcknowledgementUnderALongerElectionTimeoutIsWorthMore() {
        PeerProbe voter =
                voter(SHORT).hearsBeat("b", 3).after(ms(10)).switchesTo(1, LONG).hearsBeat("b", 3);
        voter.after(3 * E - 1).hears("c", new RequestVote(FIRST, 0)).does(send("c", new VoteRefused(3, FIRST)));
        voter.after(1).hears("c", new RequestVote(FIRST, 0)).doesAmongOthers(send("c", new VoteGranted(FIRST)));
    }

    @Test
    void anAcknowledgementAfterAStartDoesNotShortenTheLoyaltyOfTheStart() {
        PeerProbe restarted = peer("a")
                .remembering(3)
                .of("a", "b", "c")
                .told(new Input.Admitted(3 * E))
                .hearsBeat("b", 3);
        restarted.after(3 * E - 1).hears("c", new RequestVote(4, 0)).does(send("c", new VoteRefused(3, 4)));
        restarted.after(1).hears("c", new RequestVote(4, 0)).doesAmongOthers(send("c", new VoteGranted(4)));
    }

    @Test
    void aSwitchAloneNeitherShortensNorProlongsTheLoyalty() {
        for (Settings next : new Settings[] {SHORT, LONG, settings(3 * E, "a", "c"), settings("a", "b", "c", "d")}) {
            PeerProbe voter =
                    voter(settings(2 * E, "a", "b", "c")).hearsBeat("b", 3).after(ms(10));
            long until = voter.value().loyalty().until();
            voter.switchesTo(1, next);
            assertThat(voter.value().loyalty().until()).isEqualTo(until);
        }
    }

    /** An observer that stands acknowledges; it may be a voter in a moment. */
    @Test
    void aCandidateWithoutAVoteIsLoyalToo() {
        PeerProbe outsider = peer("d").of("a", "b", "c").takesPart().stands().hearsBeat("b", 3);
        outsider.switchesTo(1, "a", "b", "c", "d").after(E - 1);
        outsider.hears("c", new RequestVote(FIRST, 0)).does(send("c", new VoteRefused(3, FIRST)));
        outsider.after(1).hears("c", new RequestVote(FIRST, 0)).doesAmongOthers(send("c", new VoteGranted(FIRST)));
    }

    /** A voter in configuration 0 under these times. */
    private static PeerProbe voter(Settings settings) {
        return peer("a").remembering(3).among(settings).takesPart();
    }
}

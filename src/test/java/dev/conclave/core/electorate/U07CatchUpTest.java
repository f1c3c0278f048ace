package dev.conclave.core.electorate;

import static dev.conclave.core.TestValues.H;
import static dev.conclave.core.TestValues.MARGIN;
import static dev.conclave.core.TestValues.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.ElectionName;
import dev.conclave.core.RegisterVersion;
import dev.conclave.core.electorate.ElectorateEffect.FetchRegisters;
import dev.conclave.core.electorate.ElectorateEffect.ListRegisters;
import dev.conclave.core.electorate.ElectorateMessage.Accept;
import dev.conclave.core.electorate.ElectorateMessage.Accepted;
import dev.conclave.core.electorate.ElectorateMessage.AskRegisters;
import dev.conclave.core.electorate.ElectorateMessage.Holds;
import dev.conclave.core.electorate.ElectorateMessage.RegisterVersions;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** U7: a voter has the registers of so many former voters that each of their quorums has one of these, before it accepts. */
class U07CatchUpTest {

    private static final long GROUP = ManualElectorates.GROUP;
    private static final ElectionName JOBS = new ElectionName("jobs");
    private static final ElectionName ORDERS = new ElectionName("orders");

    /** d was added to a, b and c, which have registers; nobody talks to it any more unless a test says so. */
    private static ManualElectorates added() {
        ManualElectorates four = ManualElectorates.of("a", "b", "c").start("d");
        for (String former : new String[] {"a", "b", "c"}) {
            four.holdsRegister(former);
        }
        return four.changes("a", "add d").cutOff("d").forgetWhatWasDone();
    }

    private static ManualElectorates isAsked(ManualElectorates four) {
        Configuration next = four.configuration("a").removing(id("a"), 1, "a test");
        return four.hears("d", "b", new Accept(GROUP, 1, new RoundBallot(9, four.identity("b"), 1), next));
    }

    private static RegisterVersions listed(Optional<ElectionName> after, boolean isLast, ElectionName... names) {
        Map<ElectionName, RegisterVersion> versions = new TreeMap<>();
        for (ElectionName name : names) {
            versions.put(name, new RegisterVersion(3, 1));
        }
        return new RegisterVersions(GROUP, 1, after, new TreeMap<>(versions), isLast);
    }

    private static Holds obeys(int number, boolean registers) {
        return new Holds(GROUP, 1, number, MARGIN, false, registers);
    }

    @Test
    void withoutRegistersAVoterAcceptsAtOnce() {
        ManualElectorates four = ManualElectorates.of("a", "b", "c")
                .start("d")
                .changes("a", "add d")
                .cutOff("d");
        assertThat(isAsked(four).said("d", Accepted.class)).hasSize(1);
        assertThat(four.said("d", AskRegisters.class)).isEmpty();
    }

    @Test
    void aNewVoterAcceptsOnceItHasTheRegistersOfTwoOfThreeFormerVoters() {
        ManualElectorates four = isAsked(added());
        assertThat(four.said("d", Accepted.class)).isEmpty();
        assertThat(four.said("d", AskRegisters.class)).hasSize(3);
        whole(four, "a");
        assertThat(isAsked(four).said("d", Accepted.class)).isEmpty();
        whole(four, "b");
        assertThat(isAsked(four).said("d", Accepted.class)).hasSize(1);
    }

    private static void whole(ManualElectorates four, String former) {
        RegisterVersions all = listed(Optional.empty(), true, JOBS, ORDERS);
        four.hears("d", former, all);
        assertThat(four.did("d", FetchRegisters.class)).contains(new FetchRegisters(id(former), all));
        four.registersHeld("d", former, all);
    }

    @Test
    void aFormerVoterNeedsOneOtherOfThree() {
        ManualElectorates four = added();
        Configuration next = four.configuration("a").removing(id("a"), 1, "a test");
        four.cutOff("c").hears("c", "b", new Accept(GROUP, 1, new RoundBallot(9, four.identity("b"), 1), next));
        assertThat(four.said("c", Accepted.class)).isEmpty();
        RegisterVersions all = listed(Optional.empty(), true, JOBS);
        four.hears("c", "b", all).registersHeld("c", "b", all);
        four.hears("c", "b", new Accept(GROUP, 1, new RoundBallot(9, four.identity("b"), 1), next));
        assertThat(four.said("c", Accepted.class)).hasSize(1);
    }

    @Test
    void longListsAreReadPageByPage() {
        ManualElectorates four = isAsked(added()).forgetWhatWasDone();
        RegisterVersions first = listed(Optional.empty(), false, JOBS);
        four.hears("d", "a", first).registersHeld("d", "a", first);
        assertThat(four.said("d", AskRegisters.class)).containsExactly(new AskRegisters(GROUP, 1, Optional.of(JOBS)));
        RegisterVersions last = listed(Optional.of(JOBS), true);
        four.hears("d", "a", last).registersHeld("d", "a", last);
        assertThat(four.said("d", AskRegisters.class)).hasSize(1);
    }

    @Test
    void aListThatIsNotTheNextOneChangesNothing() {
        ManualElectorates four = isAsked(added()).forgetWhatWasDone();
        RegisterVersions later = listed(Optional.of(JOBS), true, ORDERS);
        RegisterVersions former = new RegisterVersions(GROUP, 0, Optional.empty(), new TreeMap<>(), true);
        RegisterVersions foreign = new RegisterVersions(8, 1, Optional.empty(), new TreeMap<>(), true);
        for (RegisterVersions wrong : new RegisterVersions[] {later, former, foreign}) {
            four.hears("d", "a", wrong).registersHeld("d", "a", wrong);
        }
        four.hears("d", "e", listed(Optional.empty(), true));
        assertThat(four.did("d", ElectorateEffect.class)).isEmpty();
    }

    @Test
    void theQuestionIsRepeatedUntilEnoughIsRead() {
        ManualElectorates four = isAsked(added()).forgetWhatWasDone();
        isAsked(four);
        assertThat(four.said("d", AskRegisters.class)).isEmpty();
        four.after(H);
        assertThat(four.said("d", AskRegisters.class)).hasSizeGreaterThanOrEqualTo(3);
        whole(four, "a");
        whole(four, "b");
        four.after(H).forgetWhatWasDone().after(5 * H);
        assertThat(four.said("d", AskRegisters.class)).isEmpty();
    }

    /** Its list would lack the entries that it stores later under the former configuration. */
    @Test
    void aFormerVoterThatStillObeysTheFormerConfigurationIsAskedForThatFirst() {
        ManualElectorates four = added().hears("d", "a", obeys(0, true)).hears("d", "b", obeys(0, true));
        isAsked(four);
        assertThat(four.said("d", AskRegisters.class)).hasSize(1);
        assertThat(four.said("d", Holds.class)).hasSize(2);
    }

    @Test
    void onlyANodeThatObeysTheConfigurationLists() {
        ManualElectorates four = added();
        four.hears("a", "d", new AskRegisters(GROUP, 1, Optional.of(JOBS)));
        assertThat(four.did("a", ListRegisters.class))
                .containsExactly(new ListRegisters(id("d"), GROUP, 1, Optional.of(JOBS)));
        four.forgetWhatWasDone();
        four.hears("a", "d", new AskRegisters(GROUP, 0, Optional.empty()));
        four.hears("a", "d", new AskRegisters(8, 1, Optional.empty()));
        assertThat(four.did("a", ListRegisters.class)).isEmpty();
    }

    @Test
    void aNodeWhosePeersDoNotAllObeyTheConfigurationListsNothing() {
        ManualElectorates four =
                ManualElectorates.of("a", "b", "c").start("d").slowPeers("c").changes("a", "add d");
        four.hears("c", "d", new AskRegisters(GROUP, 1, Optional.empty()));
        assertThat(four.did("c", ListRegisters.class)).isEmpty();
        four.peersSwitch("c").hears("c", "d", new AskRegisters(GROUP, 1, Optional.empty()));
        assertThat(four.did("c", ListRegisters.class)).hasSize(1);
    }
}

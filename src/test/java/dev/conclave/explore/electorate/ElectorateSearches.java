package dev.conclave.explore.electorate;

import static dev.conclave.explore.electorate.ClusterLimit.CRASHES;
import static dev.conclave.explore.electorate.ClusterLimit.HAND_OVERS;
import static dev.conclave.explore.electorate.ClusterLimit.LOSSES;
import static dev.conclave.explore.electorate.ClusterLimit.MESSAGES;
import static dev.conclave.explore.electorate.ClusterLimit.TICKS;
import static dev.conclave.explore.electorate.ClusterLimit.TIMERS;
import static dev.conclave.explore.electorate.ClusterLimit.WISHES;
import static dev.conclave.explore.electorate.ClusterLimit.WRITES;

import dev.conclave.core.PeerId;
import dev.conclave.core.electorate.ElectorateMessage;
import dev.conclave.core.electorate.Wish;
import dev.conclave.core.peer.Message;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * The complete searches of the electorate. a, b, c and d are the nodes 0 to 3. Unless a search says otherwise, c leads 0.1 by b's
 * vote and a has heard of nothing; E is two ticks; disks and users are quick, the messages of a survey and of a canvass arrive at
 * once, messages of terms and configurations that their receiver has left behind are lost, and so are refusals and releases. All
 * other messages arrive at any moment, in any order, or never.
 */
final class ElectorateSearches {

    private static final PeerId A = Cluster.id(0);
    private static final PeerId B = Cluster.id(1);
    private static final PeerId C = Cluster.id(2);
    private static final PeerId D = Cluster.id(3);

    /** c leads by b's vote. */
    private static final Consumer<ClusterScript> LED = script -> {
        script.found();
        script.lead(2, 2);
    };

    private ElectorateSearches() {}

    /**
     * A search.
     *
     * @param milestones what it must reach, each with the limit without which it cannot
     */
    record Named(String name, ClusterBounds bounds, Map<ClusterMilestone, ClusterLimit> milestones) {

        static Named of(String name, ClusterBounds bounds) {
            return new Named(name, bounds, Map.of());
        }

        Named reaches(ClusterLimit limit, ClusterMilestone... these) {
            Map<ClusterMilestone, ClusterLimit> all = new EnumMap<>(ClusterMilestone.class);
            all.putAll(milestones);
            for (ClusterMilestone milestone : these) {
                all.put(milestone, limit);
            }
            return new Named(name, bounds, all);
        }

        @Override
        public String toString() {
            return name + " (" + bounds + ")";
        }
    }

    private static Consumer<ClusterScript> ledAndAsked(Wish wish) {
        return LED.andThen(script -> script.ask(0, wish));
    }

    private static Wish elections(int ticks) {
        return new Wish.Times(
                OptionalLong.empty(),
                OptionalLong.of(Cluster.nanos(ticks * ClusterBounds.TICK_MICROS)),
                OptionalDouble.empty());
    }

    /** The rounds of both changes arrive at once, so that elections are what is searched. */
    static Named twoChanges(String limits) {
        return Named.of(
                        "two changes, {a,b,c} to {a}, beside two candidates",
                        new ClusterBounds(3, 3, "configuration=2 counter=2 term=2 " + limits)
                                .losingRefusals()
                                .roundsAtOnce()
                                .timed(0b101)
                                .from(ledAndAsked(new Wish.Voters(List.of(A)))))
                .reaches(
                        TICKS,
                        ClusterMilestone.CHOSEN,
                        ClusterMilestone.FULFILLED,
                        ClusterMilestone.ELECTED_LAST,
                        ClusterMilestone.ACKNOWLEDGED_LAST,
                        ClusterMilestone.ELECTED_BESIDE,
                        ClusterMilestone.REMOVED_LEADS)
                .reaches(TIMERS, ClusterMilestone.ELECTED_LATER);
    }

    /** b and c hear each other, and a and c speak of the changes; nothing else arrives. */
    static Named twoChangesCutOff(String limits) {
        return Named.of(
                        "two changes, {a,b,c} to {a}, of which b hears nothing",
                        new ClusterBounds(3, 3, "configuration=2 counter=2 term=2 " + limits)
                                .losingRefusals()
                                .roundsAtOnce()
                                .lateSwitches()
                                .spreadingAtOnce()
                                .notes("12")
                                .letters("02")
                                .timed(0b101)
                                .from(ledAndAsked(new Wish.Voters(List.of(A)))))
                .reaches(TICKS, ClusterMilestone.CHOSEN, ClusterMilestone.FULFILLED)
                .reaches(TIMERS, ClusterMilestone.ELECTED_LAST, ClusterMilestone.ACKNOWLEDGED_LAST);
    }

    /** No peer leads, and a and b are candidates. */
    static Named twoChangesUnled(String limits) {
        return Named.of(
                        "two changes, {a,b,c} to {a}, beside two candidates, of which b hears nothing",
                        new ClusterBounds(3, 3, "configuration=2 counter=2 term=1 " + limits)
                                .losingRefusals()
                                .roundsAtOnce()
                                .spreadingAtOnce()
                                .notes("02 12")
                                .letters("02")
                                .timed(0b011)
                                .from(script -> {
                                    script.found();
                                    script.ask(0, new Wish.Voters(List.of(A)));
                                }))
                .reaches(TICKS, ClusterMilestone.CHOSEN, ClusterMilestone.FULFILLED)
                .reaches(TIMERS, ClusterMilestone.ELECTED_LAST, ClusterMilestone.ACKNOWLEDGED_LAST);
    }

    static Named crash(String limits) {
        return Named.of(
                        "a crash anywhere in one change, {a,b,c} to {a,b}, beside candidates",
                        new ClusterBounds(3, 3, "configuration=1 counter=2 term=2 crashes=1 " + limits)
                                .losingRefusals()
                                .roundsAtOnce()
                                .timed(0b101)
                                .from(ledAndAsked(new Wish.Remove(C))))
                .reaches(CRASHES, ClusterMilestone.PROPOSER_DIED, ClusterMilestone.LEADER_DIED)
                .reaches(TICKS, ClusterMilestone.CHOSEN, ClusterMilestone.ACKNOWLEDGED_LAST)
                .reaches(TIMERS, ClusterMilestone.ELECTED_LAST);
    }

    static Named crashOfTheRound(String limits) {
        return Named.of(
                        "a crash anywhere in one change, late disks, no election",
                        new ClusterBounds(3, 3, "configuration=1 counter=2 term=1 crashes=1 " + limits)
                                .timed(0)
                                .notes("")
                                .lateDisks()
                                .from(script -> {
                                    script.found();
                                    script.ask(0, new Wish.Remove(C));
                                }))
                .reaches(CRASHES, ClusterMilestone.PROPOSER_DIED, ClusterMilestone.VOTER_RESTARTED)
                .reaches(TICKS, ClusterMilestone.CHOSEN, ClusterMilestone.FULFILLED);
    }

    static Named back(String limits) {
        return Named.of(
                        "a voter leaves and returns, {a,b,c} to {a,b} to {a,b,c}, beside candidates",
                        new ClusterBounds(3, 3, "configuration=2 counter=2 term=2 wishes=1 " + limits)
                                .losingRefusals()
                                .roundsAtOnce()
                                .timed(0b101)
                                .from(ledAndAsked(new Wish.Remove(C)))
                                .asking(0, new Wish.Add(C)))
                .reaches(
                        WISHES,
                        ClusterMilestone.CHOSEN,
                        ClusterMilestone.ELECTED_LAST,
                        ClusterMilestone.ACKNOWLEDGED_LAST)
                .reaches(TICKS, ClusterMilestone.ELECTED_LATER, ClusterMilestone.ACKNOWLEDGED_LATER);
    }

    private static ClusterBounds duelBounds(String limits) {
        return new ClusterBounds(3, 3, "configuration=1 term=1 " + limits)
                .keepingStale()
                .timed(0)
                .notes("");
    }

    static Named duel(String limits) {
        return Named.of(
                        "two proposers, crashes, no election",
                        duelBounds("wishes=2 " + limits)
                                .asking(0, new Wish.Remove(C))
                                .asking(2, new Wish.Remove(A)))
                .reaches(CRASHES, ClusterMilestone.VOTER_RESTARTED)
                .reaches(
                        WISHES,
                        ClusterMilestone.CHOSEN,
                        ClusterMilestone.FULFILLED,
                        ClusterMilestone.TWO_PROPOSERS,
                        ClusterMilestone.REFUSED,
                        ClusterMilestone.FINISHED_FOR_ANOTHER);
    }

    static Named duelOfTheCutOff(String limits) {
        return Named.of(
                        "two proposers that hear only b, which restarts, no election",
                        duelBounds("counter=2 crashes=1 " + limits)
                                .letters("01 12")
                                .mortal(0b010)
                                .from(script -> {
                                    script.found();
                                    script.ask(0, new Wish.Remove(C));
                                    script.ask(2, new Wish.Remove(A));
                                }))
                .reaches(CRASHES, ClusterMilestone.VOTER_RESTARTED)
                .reaches(TICKS, ClusterMilestone.CHOSEN, ClusterMilestone.FINISHED_FOR_ANOTHER);
    }

    static Named duelBesideAnElection(String limits) {
        return Named.of(
                        "two proposers, {a,b,c} to {a,b} or to {b,c}, beside a candidate",
                        new ClusterBounds(3, 3, "configuration=1 term=2 wishes=1 " + limits)
                                .losingRefusals()
                                .timed(0b101)
                                .from(ledAndAsked(new Wish.Remove(C)))
                                .asking(1, new Wish.Remove(A)))
                .reaches(WISHES, ClusterMilestone.TWO_PROPOSERS)
                .reaches(TICKS, ClusterMilestone.CHOSEN, ClusterMilestone.ACKNOWLEDGED_LAST)
                .reaches(TIMERS, ClusterMilestone.ELECTED_LAST);
    }

    static Named outsider(String limits) {
        return Named.of(
                        "c, an outsider with a directory, leads {a,b}, is added, restarts",
                        new ClusterBounds(3, 2, "configuration=1 counter=2 term=2 crashes=1 " + limits)
                                .losingRefusals()
                                .roundsAtOnce()
                                .timed(0b110)
                                .mortal(0b100)
                                .from(script -> {
                                    script.found();
                                    script.lead(2, 0b011);
                                    script.ask(0, new Wish.Add(C));
                                }))
                .reaches(CRASHES, ClusterMilestone.LEADER_DIED)
                .reaches(TICKS, ClusterMilestone.OUTSIDER_ADDED, ClusterMilestone.ACKNOWLEDGED_LAST)
                .reaches(TIMERS, ClusterMilestone.ELECTED_LAST);
    }

    static Named readmitted(String limits) {
        return Named.of(
                        "b, which has acknowledged c, has lost its directory, is removed and added again, beside candidates",
                        new ClusterBounds(3, 3, "configuration=2 counter=2 term=2 " + limits)
                                .losingRefusals()
                                .roundsAtOnce()
                                .timed(0b101)
                                .from(LED.andThen(script -> {
                                    script.lose(1);
                                    script.ask(0, new Wish.Readmit(B));
                                })))
                .reaches(
                        TICKS,
                        ClusterMilestone.CHOSEN,
                        ClusterMilestone.REPLACED_IDENTITY,
                        ClusterMilestone.ACKNOWLEDGED_LATER)
                .reaches(TIMERS, ClusterMilestone.ELECTED_LATER, ClusterMilestone.ELECTED_LAST);
    }

    static Named lost(String limits) {
        return Named.of(
                        "b's directory is lost at any moment, b is removed and added again, beside candidates",
                        new ClusterBounds(
                                        3, 3, "configuration=2 counter=2 term=2 crashes=1 losses=1 wishes=1 " + limits)
                                .losingRefusals()
                                .roundsAtOnce()
                                .timed(0b101)
                                .mortal(0b010)
                                .from(LED)
                                .asking(0, new Wish.Readmit(B)))
                .reaches(LOSSES, ClusterMilestone.LOST, ClusterMilestone.REPLACED_IDENTITY)
                .reaches(WISHES, ClusterMilestone.CHOSEN, ClusterMilestone.ACKNOWLEDGED_LATER)
                .reaches(TIMERS, ClusterMilestone.ELECTED_LATER);
    }

    static Named lostWhileAdded(String limits) {
        return Named.of(
                        "d's directory is lost while d is being added to {a,b,c}, beside candidates",
                        new ClusterBounds(4, 3, "configuration=1 counter=2 term=2 crashes=1 losses=1 " + limits)
                                .losingRefusals()
                                .roundsAtOnce()
                                .spreadingAtOnce()
                                .timed(0b1100)
                                .mortal(0b1000)
                                .from(ledAndAsked(new Wish.Add(D))))
                .reaches(LOSSES, ClusterMilestone.LOST, ClusterMilestone.NAMED_OTHERWISE)
                .reaches(TICKS, ClusterMilestone.CHOSEN, ClusterMilestone.ACKNOWLEDGED_LAST)
                .reaches(TIMERS, ClusterMilestone.ELECTED_LAST);
    }

    static Named released(String limits) {
        return Named.of(
                        "one change, {a,b,c} to {a,b}, beside a hand-over and pushed votes",
                        new ClusterBounds(3, 3, "configuration=1 counter=2 term=3 hand_overs=1 " + limits)
                                .roundsAtOnce()
                                .spreadingAtOnce()
                                .timed(0b110)
                                .from(script -> {
                                    script.found();
                                    script.lead(2, 0b011);
                                    script.ask(0, new Wish.Remove(C));
                                }))
                .reaches(HAND_OVERS, ClusterMilestone.HANDED_OVER)
                .reaches(MESSAGES, ClusterMilestone.PUSHED)
                .reaches(
                        TICKS,
                        ClusterMilestone.CHOSEN,
                        ClusterMilestone.ACKNOWLEDGED_LAST,
                        ClusterMilestone.ELECTED_LAST);
    }

    /** a has voted for itself twice without being heard, and was down when c was elected: its ballot lies above c's term. */
    static Named stoodAbove(String limits) {
        return Named.of(
                        "one change, {a,b,c} to {a,b}, beside a leader that stands above a voter's ballot",
                        new ClusterBounds(3, 3, "configuration=1 counter=2 term=3 " + limits)
                                .roundsAtOnce()
                                .spreadingAtOnce()
                                .keepingStale()
                                .timed(0b101)
                                .from(script -> {
                                    script.found();
                                    script.stand(0, 2, 0b010);
                                    script.crash(0);
                                    script.lead(2, 0b010);
                                    script.start(0);
                                    script.ask(1, new Wish.Remove(C));
                                }))
                .reaches(MESSAGES, ClusterMilestone.STOOD_ABOVE)
                .reaches(
                        TICKS,
                        ClusterMilestone.CHOSEN,
                        ClusterMilestone.ELECTED_LAST,
                        ClusterMilestone.ACKNOWLEDGED_LAST);
    }

    static Named drift(String limits) {
        return Named.of(
                        "two changes, {a,b,c} to {a}, c's clock slow and all others' fast",
                        new ClusterBounds(3, 3, "configuration=2 counter=2 term=2 " + limits)
                                .losingRefusals()
                                .roundsAtOnce()
                                .drifting(0b100)
                                .timed(0b101)
                                .from(ledAndAsked(new Wish.Voters(List.of(A)))))
                .reaches(
                        TICKS,
                        ClusterMilestone.CHOSEN,
                        ClusterMilestone.ELECTED_LAST,
                        ClusterMilestone.ACKNOWLEDGED_LAST);
    }

    static Named threeToFour(String limits) {
        return Named.of(
                        "{a,b,c} to {a,b,c,d}, beside candidates",
                        new ClusterBounds(4, 3, "configuration=1 counter=2 term=2 " + limits)
                                .losingRefusals()
                                .roundsAtOnce()
                                .spreadingAtOnce()
                                .timed(0b1100)
                                .from(ledAndAsked(new Wish.Add(D))))
                .reaches(TICKS, ClusterMilestone.CHOSEN, ClusterMilestone.ACKNOWLEDGED_LAST, ClusterMilestone.LED_ON)
                .reaches(TIMERS, ClusterMilestone.ELECTED_LAST);
    }

    static Named shortened(String limits) {
        return Named.of(
                        "E from three ticks to two, then {a,b,c} to {a,b}, beside candidates",
                        new ClusterBounds(3, 3, "configuration=2 counter=2 term=2 wishes=1 " + limits)
                                .losingRefusals()
                                .roundsAtOnce()
                                .election(3)
                                .timed(0b101)
                                .from(ledAndAsked(elections(2)))
                                .asking(0, new Wish.Remove(C)))
                .reaches(WISHES, ClusterMilestone.CHOSEN, ClusterMilestone.ACKNOWLEDGED_LAST)
                .reaches(TICKS, ClusterMilestone.ACKNOWLEDGED_LATER)
                .reaches(TIMERS, ClusterMilestone.ELECTED_LATER, ClusterMilestone.ELECTED_LAST);
    }

    static Named thereAndBack(String limits) {
        return Named.of(
                        "E from two ticks to six and back, a crash, beside candidates",
                        new ClusterBounds(3, 3, "configuration=2 counter=2 term=2 crashes=1 " + limits)
                                .losingRefusals()
                                .roundsAtOnce()
                                .spreadingAtOnce()
                                .timed(0b101)
                                .mortal(0b010)
                                .from(script -> {
                                    script.found();
                                    script.change(0, elections(6), 0);
                                    script.lead(2, 2);
                                    script.ask(0, elections(2));
                                }))
                .reaches(CRASHES, ClusterMilestone.VOTER_RESTARTED)
                .reaches(TICKS, ClusterMilestone.CHOSEN, ClusterMilestone.ACKNOWLEDGED_LAST)
                .reaches(TIMERS, ClusterMilestone.ELECTED_LAST);
    }

    static Named oneToThree(String limits) {
        return Named.of(
                        "{a} to {a,b} to {a,b,c}, a crash, beside candidates",
                        new ClusterBounds(3, 1, "configuration=2 counter=2 term=2 crashes=1 " + limits)
                                .losingRefusals()
                                .roundsAtOnce()
                                .timed(0b011)
                                .from(script -> {
                                    script.found();
                                    script.lead(0, 0);
                                    script.ask(0, new Wish.Voters(List.of(A, B, C)));
                                }))
                .reaches(CRASHES, ClusterMilestone.LEADER_DIED, ClusterMilestone.PROPOSER_DIED)
                .reaches(TICKS, ClusterMilestone.CHOSEN, ClusterMilestone.ACKNOWLEDGED_LAST)
                .reaches(TIMERS, ClusterMilestone.ELECTED_LAST);
    }

    static Named founding(String limits) {
        return Named.of(
                        "three voters found a group while directories are lost",
                        new ClusterBounds(3, 3, "configuration=0 counter=0 term=0 " + limits)
                                .timed(0)
                                .notes("")
                                .founding()
                                .from(ClusterScript::start))
                .reaches(LOSSES, ClusterMilestone.LOST, ClusterMilestone.NAMED_OTHERWISE)
                .reaches(MESSAGES, ClusterMilestone.FOUNDED);
    }

    // ---- registers beside changes (U1 to U7)

    /** The messages by which a voter reads the registers of former ones arrive at once, and so do those of a round. */
    private static ClusterBounds readingAtOnce(ClusterBounds bounds) {
        return bounds.losingRefusals()
                .roundsAtOnce()
                .atOnce(
                        ElectorateMessage.AskRegisters.class,
                        ElectorateMessage.RegisterVersions.class,
                        Message.RequestRegister.class,
                        Message.VoteGranted.class,
                        Message.HeartbeatAck.class);
    }

    /** a has led by b's vote, and a and b have its value; c and d, which have not, may elect without either. */
    static Named handedOn(String limits) {
        return Named.of(
                        "a value that a and b have, {a,b,c} to {a,b,c,d} to {b,c,d}, beside candidates",
                        readingAtOnce(new ClusterBounds(4, 3, "configuration=2 counter=2 term=2 " + limits))
                                .spreadingAtOnce()
                                .atOnce(Message.Heartbeat.class)
                                .notes("01 12 23")
                                .timed(0b1101)
                                .from(script -> {
                                    script.found();
                                    script.lead(0, 0b010);
                                    script.write(0, 0b010);
                                    script.restart(0);
                                    script.ask(1, new Wish.Voters(List.of(B, C, D)));
                                }))
                .reaches(TICKS, ClusterMilestone.CHOSEN, ClusterMilestone.CAUGHT_UP)
                .reaches(TIMERS, ClusterMilestone.ELECTED_LAST, ClusterMilestone.KNOWN_LAST);
    }

    /** c leads by b's vote, and writes at any moment of the change. */
    static Named writtenBesideAChange(String limits) {
        return Named.of(
                        "writes at any moment of one change, {a,b,c} to {a,b}, beside candidates",
                        readingAtOnce(new ClusterBounds(3, 3, "configuration=1 counter=2 term=2 writes=1 " + limits))
                                .spreadingAtOnce()
                                .notes("01 12")
                                .timed(0b101)
                                .from(LED.andThen(script -> {
                                    script.write(2, 0b010);
                                    script.ask(0, new Wish.Remove(C));
                                })))
                .reaches(
                        WRITES,
                        ClusterMilestone.WRITTEN,
                        ClusterMilestone.WRITTEN_LATER,
                        ClusterMilestone.SWITCHED_WRITING,
                        ClusterMilestone.UNKNOWN_KEPT,
                        ClusterMilestone.UNKNOWN_PASSED_OVER)
                .reaches(TIMERS, ClusterMilestone.ELECTED_LAST, ClusterMilestone.KNOWN_LAST);
    }

    /** b, which has stored what c wrote before, restarts at any moment. */
    static Named restartBesideAWrite(String limits) {
        return Named.of(
                        "writes at any moment of one change, {a,b,c} to {a,b}, of which b restarts, beside candidates",
                        readingAtOnce(new ClusterBounds(
                                        3, 3, "configuration=1 counter=2 term=2 writes=1 crashes=1 " + limits))
                                .spreadingAtOnce()
                                .notes("01 12")
                                .timed(0b101)
                                .mortal(0b010)
                                .from(LED.andThen(script -> {
                                    script.write(2, 0b010);
                                    script.ask(0, new Wish.Remove(C));
                                })))
                .reaches(CRASHES, ClusterMilestone.VOTER_RESTARTED)
                .reaches(WRITES, ClusterMilestone.WRITTEN, ClusterMilestone.SWITCHED_WRITING)
                .reaches(TIMERS, ClusterMilestone.ELECTED_LAST, ClusterMilestone.KNOWN_LAST);
    }

    /** d leads by a's and b's votes; one more of them than d has to store what it writes before the change, one fewer after it. */
    static Named writtenBesideARemoval(String limits) {
        return Named.of(
                        "a write in flight while {a,b,c,d} becomes {b,c,d}, beside candidates",
                        readingAtOnce(new ClusterBounds(4, 4, "configuration=1 counter=2 term=2 writes=1 " + limits))
                                .spreadingAtOnce()
                                .notes("03 13 12")
                                .timed(0b1010)
                                .from(script -> {
                                    script.found();
                                    script.lead(3, 0b011);
                                    script.write(3, 0b011);
                                    script.ask(1, new Wish.Remove(A));
                                }))
                .reaches(
                        WRITES,
                        ClusterMilestone.WRITTEN,
                        ClusterMilestone.WRITTEN_LATER,
                        ClusterMilestone.SWITCHED_WRITING)
                .reaches(TIMERS, ClusterMilestone.ELECTED_LAST, ClusterMilestone.KNOWN_LAST);
    }

    /** b is cut off from the changes, and leads on under configuration 0 while c, which obeys the next one, hears it. */
    static Named writtenByACutOffLeader(String limits) {
        return Named.of(
                        "two changes, {a,b,c} to {a}, of which b hears nothing and writes",
                        readingAtOnce(new ClusterBounds(3, 3, "configuration=2 counter=2 term=2 writes=1 " + limits))
                                .spreadingAtOnce()
                                .keepingStale(Message.StoreRegister.class, Message.RegisterStored.class)
                                .notes("02 12")
                                .letters("02")
                                .timed(0b011)
                                .from(script -> {
                                    script.found();
                                    script.lead(1, 0b100);
                                    script.write(1, 0b101);
                                    script.ask(0, new Wish.Voters(List.of(A)));
                                }))
                .reaches(WRITES, ClusterMilestone.WRITTEN)
                .reaches(TICKS, ClusterMilestone.CHOSEN, ClusterMilestone.CAUGHT_UP)
                .reaches(TIMERS, ClusterMilestone.ELECTED_LAST, ClusterMilestone.KNOWN_LAST);
    }

    /** a leads alone, and the first write of all founds the register (U10) beside the changes. */
    static Named writtenWhileGrowing(String limits) {
        return Named.of(
                        "the first write of a register while {a} becomes {a,b} and {a,b,c}, beside a candidate",
                        readingAtOnce(new ClusterBounds(3, 1, "configuration=2 counter=2 term=2 writes=1 " + limits))
                                .spreadingAtOnce()
                                .timed(0b011)
                                .from(script -> {
                                    script.found();
                                    script.lead(0, 0);
                                    script.ask(0, new Wish.Voters(List.of(A, B, C)));
                                }))
                .reaches(
                        WRITES,
                        ClusterMilestone.WRITTEN,
                        ClusterMilestone.WRITTEN_LATER,
                        ClusterMilestone.CAUGHT_UP,
                        ClusterMilestone.KNOWN_LAST)
                .reaches(TICKS, ClusterMilestone.CHOSEN)
                .reaches(TIMERS, ClusterMilestone.ELECTED_LAST);
    }

    /** The searches of every build. */
    static List<Named> everyBuild() {
        return List.of(
                twoChangesCutOff("ticks=8 timers=2 messages=2"),
                twoChangesUnled("ticks=8 timers=2 messages=1"),
                crashOfTheRound("ticks=3 messages=2"),
                duelOfTheCutOff("ticks=4 messages=2"),
                duelBesideAnElection("counter=1 ticks=4 timers=1 messages=1"),
                outsider("ticks=3 timers=1 messages=2"),
                readmitted("ticks=5 timers=1 messages=1"),
                lostWhileAdded("ticks=4 timers=1 messages=2"),
                released("ticks=3 timers=1 messages=2"),
                drift("ticks=6 timers=1 messages=1"),
                threeToFour("ticks=4 timers=1 messages=2"),
                back("ticks=5 timers=1 messages=1"),
                crash("ticks=3 timers=1 messages=2"),
                shortened("ticks=7 timers=1 messages=1"),
                thereAndBack("ticks=8 timers=1 messages=1"),
                oneToThree("ticks=5 timers=1 messages=1"),
                founding("ticks=2 crashes=1 losses=1 messages=3"),
                twoChanges("ticks=5 timers=1 messages=2"),
                stoodAbove("ticks=3 timers=1 messages=2"),
                handedOn("ticks=6 timers=2 messages=2"),
                writtenBesideAChange("ticks=4 timers=2 messages=2"),
                restartBesideAWrite("ticks=3 timers=2 messages=2"),
                writtenBesideARemoval("ticks=4 timers=1 messages=2"),
                writtenByACutOffLeader("ticks=8 timers=2 messages=1"),
                writtenWhileGrowing("ticks=5 timers=1 messages=2"));
    }

    /** The searches of a soak. */
    static List<Named> soak() {
        return List.of(
                twoChanges("ticks=5 timers=2 messages=2 letters=2"),
                crash("ticks=4 timers=2 messages=2 letters=2"),
                crashOfTheRound("ticks=4 messages=4"),
                back("ticks=6 timers=2 messages=2 letters=2"),
                duel("counter=2 ticks=4 crashes=1 messages=4"),
                duelBesideAnElection("counter=2 ticks=4 timers=1 messages=2 letters=2"),
                outsider("ticks=4 timers=1 messages=2 letters=2"),
                readmitted("ticks=6 timers=1 messages=2 letters=2"),
                lost("ticks=6 timers=1 messages=2"),
                lostWhileAdded("ticks=5 timers=1 messages=2 letters=2"),
                released("ticks=4 timers=2 messages=2 letters=2"),
                stoodAbove("ticks=4 timers=1 messages=2"),
                released("crashes=1 proofs=1 ticks=3 timers=1 messages=2"),
                drift("ticks=7 timers=2 messages=2 letters=2"),
                threeToFour("ticks=5 timers=2 messages=2 letters=2"),
                shortened("ticks=8 timers=2 messages=2 letters=2"),
                thereAndBack("ticks=9 timers=2 messages=2 letters=2"),
                oneToThree("ticks=6 timers=2 messages=3 letters=2"),
                founding("ticks=3 crashes=2 losses=2 messages=4"),
                handedOn("ticks=7 timers=2 messages=3"),
                writtenBesideAChange("ticks=5 timers=2 messages=3"),
                restartBesideAWrite("ticks=4 timers=2 messages=3"),
                writtenBesideARemoval("ticks=4 timers=2 messages=3"),
                writtenByACutOffLeader("ticks=8 timers=2 messages=2"),
                writtenWhileGrowing("ticks=5 timers=2 messages=3"));
    }
}

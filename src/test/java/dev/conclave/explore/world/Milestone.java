package dev.conclave.explore.world;

/**
 * An event that a search or an arena exists to reach. A complete search in which no lease ever ends proves nothing about
 * the end of leases, so each search names its milestones, and its test fails if one is never reached.
 */
public enum Milestone {
    ELECTED("a leader is elected"),
    ELECTED_AFTER_ANOTHER("a leader is elected after another leadership"),
    RENEWED("a lease is renewed"),
    NON_VOTER_STANDS("a non-voter opens a term"),
    STANDS_AT_A_RELEASE("a released candidate stands at once"),
    STANDS_AT_A_PROOF("a candidate stands at once when the process of its leader is proven gone"),
    STANDS_WITH_PUSHED_VOTES("a candidate that stands counts votes that were pushed to it before"),
    VOTE_PUSHED("a vote reaches a candidate that still asks for pre-votes"),
    VOTE_AS_A_LEASE_ENDS("a voter votes less than H after the end of another peer's lease"),
    VOTE_SPLIT("a voter refuses its vote because another candidate has it in that term"),
    REFUSED_OUT_OF_LOYALTY("a voter refuses a pre-vote out of loyalty to its leader"),
    REFUSED_AFTER_A_RESTART("a voter refuses a pre-vote because it may have forgotten its leader"),
    PROOF_ENDS_LOYALTY("a proof of death ends the loyalty to a leader"),
    QUEUE_DRAINED("a peer that slept handles queued messages before it asks for votes"),
    LEASE_RAN_OUT("a leadership ends because its lease is not renewed"),
    USERS_MUST_STOP("the users of a leadership are told to stop"),
    RENEWED_WHILE_USERS_STOP("the lease is renewed while the users of a hand-over still stop"),
    HANDED_OVER("a hand-over ends a leadership"),
    HAND_OVER_TO_A_NAMED_PEER("a leader is asked to hand over to a named peer"),
    HAND_OVER_REFUSED("a leader refuses to hand over"),
    VOIDED("a leadership is void because its node cannot vouch for it"),
    LEADER_DIED("a process ends that holds a lease"),
    VOTE_LOST_IN_A_CRASH("a crash loses a vote that was written and not forced"),
    VOTE_KEPT_IN_A_CRASH("a vote that was written and not forced survives a crash"),
    REPEATED("a message arrives twice"),
    FORGOTTEN("a peer forgets an idle election"),
    FORGOTTEN_VOTE_SOUGHT("a candidate asks a voter in the term in which the voter has forgotten its vote"),
    SUPPLANTED_LEADER("another process takes the name of a leader that lives on"),
    CANVASSED_BESIDE_ITS_FORMER_LIFE("a process asks for pre-votes while the former process of its name holds a lease"),
    REGISTER_WRITTEN("a write of the register is acknowledged"),
    REGISTER_UNKNOWN("a leadership ends before it knows whether its write is done"),
    REGISTER_REPEATED("a leader repeats the value of a former leader"),
    REGISTER_LACKED("a winner lacks the entry that its votes name"),
    REGISTER_PASSED_OVER("a leader is announced although a peer holds a later write of a former leader");

    private final String event;

    Milestone(String event) {
        this.event = event;
    }

    @Override
    public String toString() {
        return event;
    }
}

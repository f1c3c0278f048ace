package dev.conclave.bench.microraft;

import io.microraft.RaftEndpoint;

/** A member's name, which is its address. */
record Member(String address) implements RaftEndpoint {
    @Override
    public Object getId() {
        return address;
    }
}

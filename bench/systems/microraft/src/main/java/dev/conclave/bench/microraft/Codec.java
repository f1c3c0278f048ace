package dev.conclave.bench.microraft;

import io.microraft.RaftEndpoint;
import io.microraft.model.RaftModelFactory;
import io.microraft.model.log.LogEntry;
import io.microraft.model.log.RaftGroupMembersView;
import io.microraft.model.log.SnapshotChunk;
import io.microraft.model.message.AppendEntriesFailureResponse;
import io.microraft.model.message.AppendEntriesRequest;
import io.microraft.model.message.AppendEntriesSuccessResponse;
import io.microraft.model.message.PreVoteRequest;
import io.microraft.model.message.PreVoteResponse;
import io.microraft.model.message.RaftMessage;
import io.microraft.model.message.TriggerLeaderElectionRequest;
import io.microraft.model.message.VoteRequest;
import io.microraft.model.message.VoteResponse;
import io.microraft.model.persistence.RaftEndpointPersistentState;
import io.microraft.model.persistence.RaftTermPersistentState;
import io.microraft.persistence.RaftStoreSerializer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * MicroRaft's values as bytes, on the network and in the store. An election writes nothing but one empty operation per
 * term, never enough for a snapshot, so those have no bytes here.
 */
final class Codec implements RaftStoreSerializer {

    /** The operation that a leader writes when its term begins. */
    static final String OPERATION = "";

    private static final String GROUP = "bench";

    private final RaftModelFactory models;

    Codec(RaftModelFactory models) {
        this.models = models;
    }

    // ---- messages

    void writeMessage(DataOutputStream out, RaftMessage message) throws IOException {
        out.writeByte(kind(message));
        out.writeUTF(String.valueOf(message.getSender().getId()));
        out.writeInt(message.getTerm());
        if (message instanceof VoteRequest ask) {
            out.writeInt(ask.getLastLogTerm());
            out.writeLong(ask.getLastLogIndex());
            out.writeBoolean(ask.isSticky());
        } else if (message instanceof VoteResponse answer) {
            out.writeBoolean(answer.isGranted());
        } else if (message instanceof PreVoteRequest ask) {
            out.writeInt(ask.getLastLogTerm());
            out.writeLong(ask.getLastLogIndex());
        } else if (message instanceof PreVoteResponse answer) {
            out.writeBoolean(answer.isGranted());
        } else if (message instanceof TriggerLeaderElectionRequest ask) {
            out.writeInt(ask.getLastLogTerm());
            out.writeLong(ask.getLastLogIndex());
        } else if (message instanceof AppendEntriesRequest append) {
            writeAppend(out, append);
        } else if (message instanceof AppendEntriesSuccessResponse answer) {
            out.writeLong(answer.getLastLogIndex());
            out.writeLong(answer.getQuerySequenceNumber());
            out.writeLong(answer.getFlowControlSequenceNumber());
        } else if (message instanceof AppendEntriesFailureResponse answer) {
            out.writeLong(answer.getExpectedNextIndex());
            out.writeLong(answer.getQuerySequenceNumber());
            out.writeLong(answer.getFlowControlSequenceNumber());
        }
    }

    private static int kind(RaftMessage message) {
        if (message instanceof VoteRequest) {
            return 1;
        }
        if (message instanceof VoteResponse) {
            return 2;
        }
        if (message instanceof PreVoteRequest) {
            return 3;
        }
        if (message instanceof PreVoteResponse) {
            return 4;
        }
        if (message instanceof TriggerLeaderElectionRequest) {
            return 5;
        }
        if (message instanceof AppendEntriesRequest) {
            return 6;
        }
        if (message instanceof AppendEntriesSuccessResponse) {
            return 7;
        }
        if (message instanceof AppendEntriesFailureResponse) {
            return 8;
        }
        throw new IllegalArgumentException("no bytes for " + message);
    }

    private void writeAppend(DataOutputStream out, AppendEntriesRequest append) throws IOException {
        out.writeInt(append.getPreviousLogTerm());
        out.writeLong(append.getPreviousLogIndex());
        out.writeLong(append.getCommitIndex());
        out.writeLong(append.getQuerySequenceNumber());
        out.writeLong(append.getFlowControlSequenceNumber());
        out.writeInt(append.getLogEntries().size());
        for (LogEntry entry : append.getLogEntries()) {
            writeEntry(out, entry);
        }
    }

    RaftMessage readMessage(DataInputStream in) throws IOException {
        int kind = in.readByte();
        RaftEndpoint from = new Member(in.readUTF());
        int term = in.readInt();
        return switch (kind) {
            case 1 ->
                models.createVoteRequestBuilder()
                        .setGroupId(GROUP)
                        .setSender(from)
                        .setTerm(term)
                        .setLastLogTerm(in.readInt())
                        .setLastLogIndex(in.readLong())
                        .setSticky(in.readBoolean())
                        .build();
            case 2 ->
                models.createVoteResponseBuilder()
                        .setGroupId(GROUP)
                        .setSender(from)
                        .setTerm(term)
                        .setGranted(in.readBoolean())
                        .build();
            case 3 ->
                models.createPreVoteRequestBuilder()
                        .setGroupId(GROUP)
                        .setSender(from)
                        .setTerm(term)
                        .setLastLogTerm(in.readInt())
                        .setLastLogIndex(in.readLong())
                        .build();
            case 4 ->
                models.createPreVoteResponseBuilder()
                        .setGroupId(GROUP)
                        .setSender(from)
                        .setTerm(term)
                        .setGranted(in.readBoolean())
                        .build();
            case 5 ->
                models.createTriggerLeaderElectionRequestBuilder()
                        .setGroupId(GROUP)
                        .setSender(from)
                        .setTerm(term)
                        .setLastLogTerm(in.readInt())
                        .setLastLogIndex(in.readLong())
                        .build();
            case 6 ->
                models.createAppendEntriesRequestBuilder()
                        .setGroupId(GROUP)
                        .setSender(from)
                        .setTerm(term)
                        .setPreviousLogTerm(in.readInt())
                        .setPreviousLogIndex(in.readLong())
                        .setCommitIndex(in.readLong())
                        .setQuerySequenceNumber(in.readLong())
                        .setFlowControlSequenceNumber(in.readLong())
                        .setLogEntries(readEntries(in))
                        .build();
            case 7 ->
                models.createAppendEntriesSuccessResponseBuilder()
                        .setGroupId(GROUP)
                        .setSender(from)
                        .setTerm(term)
                        .setLastLogIndex(in.readLong())
                        .setQuerySequenceNumber(in.readLong())
                        .setFlowControlSequenceNumber(in.readLong())
                        .build();
            case 8 ->
                models.createAppendEntriesFailureResponseBuilder()
                        .setGroupId(GROUP)
                        .setSender(from)
                        .setTerm(term)
                        .setExpectedNextIndex(in.readLong())
                        .setQuerySequenceNumber(in.readLong())
                        .setFlowControlSequenceNumber(in.readLong())
                        .build();
            default -> throw new IOException("kind " + kind + " of message is unknown");
        };
    }

    private List<LogEntry> readEntries(DataInputStream in) throws IOException {
        int count = in.readInt();
        List<LogEntry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            entries.add(readEntry(in));
        }
        return entries;
    }

    private static void writeEntry(DataOutputStream out, LogEntry entry) throws IOException {
        if (!OPERATION.equals(entry.getOperation())) {
            throw new IOException("no bytes for " + entry.getOperation());
        }
        out.writeLong(entry.getIndex());
        out.writeInt(entry.getTerm());
    }

    private LogEntry readEntry(DataInputStream in) throws IOException {
        return models.createLogEntryBuilder()
                .setIndex(in.readLong())
                .setTerm(in.readInt())
                .setOperation(OPERATION)
                .build();
    }

    // ---- the store

    private interface Writing<T> {
        void write(DataOutputStream out, T value) throws IOException;
    }

    private interface Reading<T> {
        T read(DataInputStream in) throws IOException;
    }

    private static <T> Serializer<T> serializer(Writing<T> writing, Reading<T> reading) {
        return new Serializer<>() {
            @Override
            public byte[] serialize(T element) {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                try {
                    writing.write(new DataOutputStream(bytes), element);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                return bytes.toByteArray();
            }

            @Override
            public T deserialize(byte[] element) {
                try {
                    return reading.read(new DataInputStream(new ByteArrayInputStream(element)));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
    }

    private static void writeMembers(DataOutputStream out, Collection<RaftEndpoint> members) throws IOException {
        out.writeInt(members.size());
        for (RaftEndpoint member : members) {
            out.writeUTF(String.valueOf(member.getId()));
        }
    }

    private static List<RaftEndpoint> readMembers(DataInputStream in) throws IOException {
        int count = in.readInt();
        List<RaftEndpoint> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            members.add(new Member(in.readUTF()));
        }
        return members;
    }

    @Override
    public Serializer<RaftGroupMembersView> raftGroupMembersViewSerializer() {
        return serializer(
                (out, view) -> {
                    out.writeLong(view.getLogIndex());
                    writeMembers(out, view.getMembers());
                    writeMembers(out, view.getVotingMembers());
                },
                in -> models.createRaftGroupMembersViewBuilder()
                        .setLogIndex(in.readLong())
                        .setMembers(readMembers(in))
                        .setVotingMembers(readMembers(in))
                        .build());
    }

    @Override
    public Serializer<RaftEndpoint> raftEndpointSerializer() {
        return serializer(
                (out, member) -> out.writeUTF(String.valueOf(member.getId())), in -> new Member(in.readUTF()));
    }

    @Override
    public Serializer<LogEntry> logEntrySerializer() {
        return serializer(Codec::writeEntry, this::readEntry);
    }

    @Override
    public Serializer<SnapshotChunk> snapshotChunkSerializer() {
        return serializer(
                (out, chunk) -> {
                    throw new IOException("no bytes for a snapshot");
                },
                in -> {
                    throw new IOException("no bytes for a snapshot");
                });
    }

    @Override
    public Serializer<RaftEndpointPersistentState> raftEndpointPersistentStateSerializer() {
        return serializer(
                (out, state) -> {
                    out.writeUTF(String.valueOf(state.getLocalEndpoint().getId()));
                    out.writeBoolean(state.isVoting());
                },
                in -> models.createRaftEndpointPersistentStateBuilder()
                        .setLocalEndpoint(new Member(in.readUTF()))
                        .setVoting(in.readBoolean())
                        .build());
    }

    @Override
    public Serializer<RaftTermPersistentState> raftTermPersistentState() {
        return serializer(
                (out, state) -> {
                    out.writeInt(state.getTerm());
                    RaftEndpoint votedFor = state.getVotedFor();
                    out.writeBoolean(votedFor != null);
                    if (votedFor != null) {
                        out.writeUTF(String.valueOf(votedFor.getId()));
                    }
                },
                in -> models.createRaftTermPersistentStateBuilder()
                        .setTerm(in.readInt())
                        .setVotedFor(in.readBoolean() ? new Member(in.readUTF()) : null)
                        .build());
    }
}

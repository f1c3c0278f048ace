package dev.conclave.internal.wire;

import akka.util.ByteString;
import dev.conclave.core.RegisterValue;
import dev.conclave.core.peer.Message;
import dev.conclave.internal.wire.ParsedFrame.Piece;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Splits a {@link Message} whose value of a register does not fit into a frame, and joins its pieces, which arrive in any order
 * and overlap: the frames of an express lane and of Artery differ in size, and part of either copy may be lost.
 * A message that is not complete after the pieces of {@link #MOST} later ones have arrived is forgotten: its sender repeats it. Used on
 * the thread of the node's actor.
 */
public final class RegisterPieces {

    /** The maximum number of incomplete messages. */
    static final int MOST = 64;

    /** The maximum number of bytes that one incomplete message keeps: those of both its ways, and as many again. */
    static final long MOST_BYTES = 4L * RegisterValue.MAX_BYTES;

    /** The minimum size of a piece that is not the last one: many small pieces would take long to join. */
    static final int LEAST = 1024;

    private static final String BYTES = "b";
    private static final String SIZE = "z";
    private static final String PLACE = "o";

    private final Map<Object, Map<Long, ByteString>> incomplete = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Object, Map<Long, ByteString>> eldest) {
            return size() > MOST;
        }
    };

    private static ByteString longer(ByteString one, ByteString other) {
        return one.size() >= other.size() ? one : other;
    }

    /** The fields that all pieces of one message have. */
    private record Whole(Object sender, Map<String, Object> fields) {}

    /** Returns the message, or its pieces if it has more bytes than these. */
    static List<Map<String, Object>> split(Map<String, Object> message, int most) {
        int whole = Frame.bytesOf(message);
        if (whole <= most || !(message.get(BYTES) instanceof ByteString bytes)) {
            return List.of(message);
        }
        int room = Math.max(LEAST, most - (whole - bytes.size()) - 64);
        List<Map<String, Object>> pieces = new ArrayList<>();
        for (int from = 0; from < bytes.size(); from += room) {
            Map<String, Object> piece = new LinkedHashMap<>(message);
            piece.put(BYTES, bytes.slice(from, Math.min(bytes.size(), from + room)));
            piece.put(SIZE, (long) bytes.size());
            piece.put(PLACE, (long) from);
            pieces.add(piece);
        }
        return pieces;
    }

    static boolean isPiece(FrameFields fields) {
        return fields.has(SIZE);
    }

    /** Reads a piece; fails if it cannot be one. */
    static Piece read(FrameFields fields) {
        Map<String, Object> common = new LinkedHashMap<>();
        fields.values().forEach((name, value) -> common.put(String.valueOf(name), value));
        ByteString bytes = fields.bytes(BYTES);
        long size = fields.number(SIZE);
        long place = fields.number(PLACE);
        common.remove(BYTES);
        common.remove(PLACE);
        boolean fits =
                size <= RegisterValue.MAX_BYTES && size >= bytes.size() && place >= 0 && place <= size - bytes.size();
        boolean isLast = place == size - bytes.size();
        if (!fits || bytes.isEmpty() || (bytes.size() < LEAST && !isLast)) {
            throw new IllegalArgumentException("a piece of " + bytes.size() + " bytes at " + place + " of " + size);
        }
        return new Piece(common, size, place, bytes);
    }

    /**
     * Adds a piece.
     *
     * @param sender the life of the sender
     * @param configuration the number in the header of its frame
     * @return the message, if this was its last missing piece
     */
    public Optional<Envelope> add(Object sender, int configuration, Piece piece) {
        Whole whole = new Whole(sender, piece.common());
        Map<Long, ByteString> pieces = incomplete.computeIfAbsent(whole, none -> new TreeMap<>());
        pieces.merge(piece.place(), piece.bytes(), RegisterPieces::longer);
        if (pieces.values().stream().mapToLong(ByteString::size).sum() > MOST_BYTES) {
            incomplete.remove(whole);
            return Optional.empty();
        }
        ByteString joined = ByteString.emptyByteString();
        for (Map.Entry<Long, ByteString> next : pieces.entrySet()) {
            int overlap = joined.size() - next.getKey().intValue();
            if (overlap < 0) {
                return Optional.empty();
            }
            joined = joined.concat(next.getValue().drop(overlap));
        }
        if (joined.size() != piece.size()) {
            return Optional.empty();
        }
        incomplete.remove(whole);
        Map<String, Object> fields = new LinkedHashMap<>(piece.common());
        fields.remove(SIZE);
        fields.put(BYTES, joined.compact());
        return MessageKind.read(new FrameFields(fields), configuration);
    }

    /** The number of messages of which pieces are missing, for tests. */
    int incompleteMessages() {
        return incomplete.size();
    }
}

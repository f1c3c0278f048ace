package dev.conclave.internal.wire;

import akka.actor.DeadLetterSuppression;
import akka.util.ByteString;
import java.util.List;
import java.util.Map;

/**
 * The only class that is sent between nodes: a hello, or a header and the messages of some elections, as a tree of maps and
 * lists. {@link WireFormat} defines the meaning of the tree, {@link FrameJacksonModule} its bytes.
 *
 * <p>Undeliverable frames are not logged as dead letters: a peer that is down would cause one line per heartbeat.
 *
 * <p>The tree is untyped on purpose. With typed classes a field of the wrong type would fail in Akka's remoting, where the drop
 * is not counted and its sender is not known. As a tree the frame reaches {@link WireFormat#read}, which names the sender and the fault
 * (R13) and can skip only those messages of a batch that a newer version added.
 *
 * @param fields by their names on the wire; a value is a {@link Long}, {@link Double}, {@link Boolean}, {@link String}, {@link
 *     ByteString}, {@link List} of such values, {@link Map} from names to such values, or {@link #UNREAD}
 */
public record Frame(Map<String, Object> fields) implements NodeMessage, DeadLetterSuppression {

    /**
     * Stands for a value of a received frame that was not read: null, numbers beyond 64 bits, and anything that is too long.
     */
    static final Object UNREAD = Unread.UNREAD;

    /** Stands for received bytes that are not a frame. */
    static final Frame UNREADABLE = new Frame(Map.of());

    /**
     * The maximum size of sent frames in bytes; also limited to half of {@code akka.remote.artery.advanced.maximum-frame-size}.
     */
    static final int MAX_BYTES = 128 * 1024;

    private enum Unread {
        UNREAD
    }

    /** Returns an upper bound of the number of bytes that the value takes on the wire. */
    public static int bytesOf(Object value) {
        if (value instanceof String text) {
            return 3 + utf8BytesOf(text);
        }
        if (value instanceof ByteString binary) {
            return 5 + binary.size();
        }
        if (value instanceof List<?> list) {
            int bytes = 5;
            for (Object item : list) {
                bytes += bytesOf(item);
            }
            return bytes;
        }
        if (value instanceof Map<?, ?> map) {
            int bytes = 5;
            for (Map.Entry<?, ?> field : map.entrySet()) {
                bytes += bytesOf(field.getKey()) + bytesOf(field.getValue());
            }
            return bytes;
        }
        return 1 + Long.BYTES;
    }

    private static int utf8BytesOf(String text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // Each half of a surrogate pair counts two bytes, since the pair takes four.
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
    }
}

package dev.conclave.actor;

import akka.actor.DeadLetterSuppression;
import java.util.List;
import java.util.Map;

/**
 * The one class that travels between nodes: a hello, or a header and what is said in some elections under it, as a raw
 * tree. {@link Wire} gives the tree its meaning, in both directions; {@link FrameModule} gives it its bytes.
 *
 * <p>One that finds nobody is no dead letter worth a line: a peer that is down is told of each heartbeat.
 *
 * <p>It is raw on purpose. A field of the wrong type that made the serializer fail would fail it inside Akka's remoting,
 * where nobody counts it and nobody knows whose it was; as a tree it reaches {@link Wire#read}, which names the sender
 * and the fault (R13), and which can leave out of a batch only the message that a newer version put there.
 *
 * @param fields by their names on the wire; a value is a {@link Long}, {@link Double}, {@link Boolean}, {@link String},
 *     {@link List} of such values, {@link Map} from names to such values, or {@link #UNREAD}
 */
record Frame(Map<String, Object> fields) implements ElectionNode.Command, DeadLetterSuppression {

    /** Stands for whatever a frame has no use for: a null, bytes, a number beyond 64 bits, too much of anything. */
    static final Object UNREAD = Unread.UNREAD;

    /** Stands for bytes that are not a frame. */
    static final Frame UNREADABLE = new Frame(Map.of());

    /** What a node sends stays below this, and below half of {@code akka.remote.artery.advanced.maximum-frame-size}. */
    static final int MAX_BYTES = 128 * 1024;

    private enum Unread {
        UNREAD
    }

    /** The most bytes that the value takes on the wire. */
    static int bytesOf(Object value) {
        if (value instanceof String text) {
            return 3 + utf8BytesOf(text);
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
            // Half a surrogate pair counts two, and the pair takes four.
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
    }
}

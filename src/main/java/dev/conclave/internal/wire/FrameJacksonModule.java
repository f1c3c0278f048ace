package dev.conclave.internal.wire;

import akka.util.ByteString;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.Version;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleDeserializers;
import com.fasterxml.jackson.databind.module.SimpleSerializers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A Jackson module that encodes a {@link Frame} as plain CBOR: lists with a length prefix, maps with an end mark. They are the
 * same with Jackson 2.13.5, which Akka 2.8.5 uses, as with 2.18.12.
 *
 * <p>Reading and writing are hand-written instead of Jackson's data binding, so that no setting of the application and no newer
 * Jackson changes the bytes, and so that the limits of reading do not depend on defaults that differ between versions. The
 * memory that a hostile sender can make a reader use is bounded by the bytes that it really sends: the reader does not trust
 * announced lengths, limits nesting, and replaces values that are too long, too deep or unused by {@link Frame#UNREAD}.
 */
final class FrameJacksonModule extends Module {

    /** The maximum number of items of a list, and so of messages in a batch. */
    static final int MAX_ITEMS = 4096;

    private static final int MAX_FIELDS = 64;
    private static final int MAX_CHARS = 1024;
    /**
     * The maximum depth of nesting: a frame is a map of lists of maps of lists of text; newer versions may nest a little
     * deeper.
     */
    private static final int MAX_DEPTH = 8;

    @Override
    public String getModuleName() {
        return "conclave";
    }

    @Override
    public Version version() {
        return Version.unknownVersion();
    }

    @Override
    public void setupModule(SetupContext context) {
        SimpleSerializers writers = new SimpleSerializers();
        writers.addSerializer(Frame.class, new Writer());
        context.addSerializers(writers);
        context.addDeserializers(new SimpleDeserializers(Map.of(Frame.class, new Reader())));
    }

    static final class Writer extends JsonSerializer<Frame> {

        @Override
        public void serialize(Frame frame, JsonGenerator out, SerializerProvider provider) throws IOException {
            write(frame.fields(), out);
        }

        static void write(Object value, JsonGenerator out) throws IOException {
            if (value instanceof Long number) {
                out.writeNumber(number);
            } else if (value instanceof String text) {
                out.writeString(text);
            } else if (value instanceof Boolean flag) {
                out.writeBoolean(flag);
            } else if (value instanceof Double number) {
                out.writeNumber(number);
            } else if (value instanceof ByteString bytes) {
                out.writeBinary(bytes.toArrayUnsafe());
            } else if (value instanceof List<?> list) {
                out.writeStartArray(list, list.size());
                for (Object item : list) {
                    write(item, out);
                }
                out.writeEndArray();
            } else if (value instanceof Map<?, ?> map) {
                // With an end mark, since Jackson 2.13, which Akka uses, cannot write maps with a length prefix.
                out.writeStartObject();
                for (Map.Entry<?, ?> field : map.entrySet()) {
                    out.writeFieldName((String) field.getKey());
                    write(field.getValue(), out);
                }
                out.writeEndObject();
            } else {
                out.writeNull();
            }
        }
    }

    static final class Reader extends JsonDeserializer<Frame> {

        @Override
        public Frame deserialize(JsonParser in, DeserializationContext context) throws IOException {
            return read(in);
        }

        /** Reads the frame that starts at the current token. */
        static Frame read(JsonParser in) throws IOException {
            if (in.currentToken() != JsonToken.START_OBJECT) {
                throw JsonMappingException.from(in, "a frame is a map");
            }
            try {
                return new Frame(fields(in, 1));
            } catch (RuntimeException thrownByParser) {
                // Jackson 2.13 does not check whether the length of a name is negative, and reads outside of its
                // buffer.
                throw JsonMappingException.from(in, "not CBOR", thrownByParser);
            }
        }

        /** Returns the frame for a lone null, which would otherwise become a null message and fail Akka's inbound stream. */
        @Override
        public Frame getNullValue(DeserializationContext context) throws JsonMappingException {
            throw JsonMappingException.from(context, "a frame is a map");
        }

        /** Reads the value that starts at the current token; afterwards its last token is the current one. */
        private static Object value(JsonParser in, int depth) throws IOException {
            JsonToken token = in.currentToken();
            if (token == null) {
                throw JsonMappingException.from(in, "the frame ends early");
            }
            return switch (token) {
                case START_OBJECT -> depth < MAX_DEPTH ? fields(in, depth + 1) : passOver(in);
                case START_ARRAY -> depth < MAX_DEPTH ? items(in, depth + 1) : passOver(in);
                case VALUE_STRING -> text(in);
                case VALUE_NUMBER_INT -> wholeNumber(in);
                case VALUE_NUMBER_FLOAT -> fraction(in);
                case VALUE_TRUE -> true;
                case VALUE_FALSE -> false;
                case VALUE_EMBEDDED_OBJECT -> bytes(in);
                default -> Frame.UNREAD;
            };
        }

        private static Object text(JsonParser in) throws IOException {
            String text = in.getText();
            return text.length() <= MAX_CHARS ? text : Frame.UNREAD;
        }

        private static Object bytes(JsonParser in) throws IOException {
            byte[] bytes = in.getBinaryValue();
            return bytes.length <= Frame.MAX_BYTES ? ByteString.fromArrayUnsafe(bytes) : Frame.UNREAD;
        }

        private static Object wholeNumber(JsonParser in) throws IOException {
            boolean huge = in.getNumberType() == JsonParser.NumberType.BIG_INTEGER;
            return huge ? Frame.UNREAD : in.getLongValue();
        }

        private static Object fraction(JsonParser in) throws IOException {
            boolean huge = in.getNumberType() == JsonParser.NumberType.BIG_DECIMAL;
            return huge ? Frame.UNREAD : in.getDoubleValue();
        }

        private static Map<String, Object> fields(JsonParser in, int depth) throws IOException {
            Map<String, Object> fields = new LinkedHashMap<>();
            while (next(in) != JsonToken.END_OBJECT) {
                String name = in.currentName();
                next(in);
                if (fields.size() < MAX_FIELDS && name.length() <= MAX_CHARS) {
                    fields.put(name, value(in, depth));
                } else {
                    passOver(in);
                }
            }
            return Collections.unmodifiableMap(fields);
        }

        private static Object items(JsonParser in, int depth) throws IOException {
            List<Object> items = new ArrayList<>();
            boolean tooMany = false;
            while (next(in) != JsonToken.END_ARRAY) {
                tooMany |= items.size() == MAX_ITEMS;
                if (tooMany) {
                    passOver(in);
                } else {
                    items.add(value(in, depth));
                }
            }
            return tooMany ? Frame.UNREAD : Collections.unmodifiableList(items);
        }

        private static JsonToken next(JsonParser in) throws IOException {
            JsonToken token = in.nextToken();
            if (token == null) {
                throw JsonMappingException.from(in, "the frame ends early");
            }
            return token;
        }

        private static Object passOver(JsonParser in) throws IOException {
            in.skipChildren();
            return Frame.UNREAD;
        }
    }
}

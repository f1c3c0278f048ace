package dev.conclave.internal.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Frames as an enemy would make them out of good ones. */
public final class FrameTampering {

    private FrameTampering() {}

    /** The bytes of one of them, flipped, cut, spliced with another or with promises that nothing keeps. */
    public static byte[] bytes(List<byte[]> good, SplittableRandom random) {
        byte[] bytes = good.get(random.nextInt(good.size())).clone();
        int times = 1 + random.nextInt(4);
        for (int i = 0; i < times && bytes.length > 1; i++) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                case 2 -> bytes = Arrays.copyOf(bytes, at);
                case 3 -> bytes = spliced(bytes, at, good.get(random.nextInt(good.size())), random);
                case 4 -> bytes = spliced(bytes, at, hostile(random), random);
                default -> {
                    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
                    System.arraycopy(bytes, at, longer, at + 1, bytes.length - at);
                    bytes = longer;
                }
            }
        }
        return bytes;
    }

    /** The one up to a place, and the other from a place of its own. */
    private static byte[] spliced(byte[] head, int at, byte[] other, SplittableRandom random) {
        int from = random.nextInt(other.length);
        byte[] both = Arrays.copyOf(head, at + other.length - from);
        System.arraycopy(other, from, both, at, other.length - from);
        return both;
    }

    /** Lengths that promise gigabytes, nesting without end, numbers and tags of every width. */
    private static byte[] hostile(SplittableRandom random) {
        int major = random.nextInt(8) << 5;
        byte[] bytes = new byte[16 + random.nextInt(64)];
        switch (random.nextInt(3)) {
            case 0 -> Arrays.fill(bytes, (byte) (major | random.nextInt(32)));
            case 1 -> {
                Arrays.fill(bytes, (byte) 0xff);
                bytes[0] = (byte) (major | 24 + random.nextInt(4));
                bytes[1] = (byte) random.nextInt(128);
            }
            default -> random.nextBytes(bytes);
        }
        return bytes;
    }

    /** The same frame, but for some of its fields. */
    public static Frame fields(Frame good, SplittableRandom random) {
        Map<String, Object> fields = new LinkedHashMap<>();
        good.fields().forEach((name, value) -> {
            if (random.nextInt(40) != 0) {
                fields.put(name, changed(value, random, 1));
            }
        });
        return new Frame(fields);
    }

    private static Object changed(Object value, SplittableRandom random, int depth) {
        if (random.nextInt(12) == 0) {
            return another(random, depth);
        }
        if (value instanceof List<?> list) {
            List<Object> items = new ArrayList<>();
            for (Object item : list) {
                items.add(changed(item, random, depth + 1));
            }
            return items;
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> fields = new LinkedHashMap<>();
            map.forEach((name, field) -> {
                if (random.nextInt(40) != 0) {
                    fields.put((String) name, changed(field, random, depth + 1));
                }
            });
            return fields;
        }
        return value;
    }

    private static Object another(SplittableRandom random, int depth) {
        return switch (random.nextInt(10)) {
            case 0 -> random.nextLong();
            case 1 -> (long) random.nextInt(-2, 14);
            case 2 -> (1L << random.nextInt(64)) + random.nextInt(-1, 2);
            case 3 -> Double.longBitsToDouble(random.nextLong());
            case 4 -> random.nextBoolean();
            case 5 -> "x".repeat(random.nextInt(2_000));
            case 6 -> "host:" + random.nextInt(-1, 70_000);
            case 7 -> Frame.UNREAD;
            case 8 -> depth > 20 ? List.of() : List.of(another(random, depth + 1), another(random, depth + 1));
            default -> Map.of("k", (long) random.nextInt(14));
        };
    }
}

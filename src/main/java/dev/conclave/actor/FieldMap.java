package dev.conclave.actor;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one map of a {@link Frame}, in their order. They are so few that a look through all of them costs less than a
 * hash table, of which a frame with thousands of heartbeats would need thousands. Only {@link #set} changes it.
 */
final class FieldMap extends AbstractMap<String, Object> {

    private String[] names = new String[6];
    private Object[] values = new Object[6];
    private int size;

    /** Adds a field, or replaces the value of the field with this name. */
    FieldMap set(String name, Object value) {
        int at = indexOf(name);
        if (at >= 0) {
            values[at] = value;
            return this;
        }
        if (size == names.length) {
            names = Arrays.copyOf(names, 2 * size);
            values = Arrays.copyOf(values, 2 * size);
        }
        names[size] = name;
        values[size++] = value;
        return this;
    }

    private int indexOf(@Nullable Object name) {
        for (int i = 0; i < size; i++) {
            if (names[i].equals(name)) {
                return i;
            }
        }
        return -1;
    }

    String name(int index) {
        return names[index];
    }

    Object value(int index) {
        return values[index];
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public @Nullable Object get(@Nullable Object name) {
        int at = indexOf(name);
        return at < 0 ? null : values[at];
    }

    @Override
    public boolean containsKey(@Nullable Object name) {
        return indexOf(name) >= 0;
    }

    @Override
    public Set<Map.Entry<String, Object>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public int size() {
                return size;
            }

            @Override
            public Iterator<Map.Entry<String, Object>> iterator() {
                return new Iterator<>() {
                    private int next;

                    @Override
                    public boolean hasNext() {
                        return next < size;
                    }

                    @Override
                    public Map.Entry<String, Object> next() {
                        if (next >= size) {
                            throw new NoSuchElementException();
                        }
                        return Map.entry(names[next], values[next++]);
                    }
                };
            }
        };
    }
}

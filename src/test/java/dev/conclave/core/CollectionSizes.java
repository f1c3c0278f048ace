package dev.conclave.core;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The size of every collection that a value holds, however deep, by its path: a collection that is added later is found too. */
final class CollectionSizes {

    /** The JVM assembles the components of a record anew for each question, which takes longer than reading their values. */
    private static final ClassValue<List<Method>> ACCESSORS = new ClassValue<>() {
        @Override
        protected List<Method> computeValue(Class<?> type) {
            List<Method> accessors = Arrays.stream(type.getRecordComponents())
                    .map(RecordComponent::getAccessor)
                    .toList();
            accessors.forEach(accessor -> accessor.setAccessible(true));
            return accessors;
        }
    };

    private final Map<String, Integer> largest = new TreeMap<>();

    private CollectionSizes() {}

    /** Of several collections at one path, such as one in each entry of a map, the largest counts. */
    static Map<String, Integer> of(Record value) {
        CollectionSizes sizes = new CollectionSizes();
        sizes.look(value.getClass().getSimpleName(), value);
        return sizes.largest;
    }

    private void look(String path, Object value) {
        if (value instanceof Map<?, ?> map) {
            note(path, map.size());
            map.values().forEach(one -> look(path + "[]", one));
        } else if (value instanceof Collection<?> collection) {
            note(path, collection.size());
            collection.forEach(one -> look(path + "[]", one));
        } else if (value instanceof Optional<?> optional) {
            optional.ifPresent(one -> look(path, one));
        } else if (value instanceof Record holder) {
            for (Method accessor : ACCESSORS.get(holder.getClass())) {
                look(path + "." + accessor.getName(), valueOf(accessor, holder));
            }
        }
    }

    private void note(String path, int size) {
        largest.merge(path, size, Math::max);
    }

    private static Object valueOf(Method accessor, Record of) {
        try {
            return accessor.invoke(of);
        } catch (ReflectiveOperationException impossible) {
            throw new LinkageError(impossible.getMessage(), impossible);
        }
    }
}

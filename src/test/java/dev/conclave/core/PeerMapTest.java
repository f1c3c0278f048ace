package dev.conclave.core;

import static dev.conclave.core.TestValues.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PeerMapTest {

    /** A version does not change when later versions are made from it. */
    @Test
    void anySequenceOfChangesMakesTheSameMapsAsATreeMap() {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            Map<PeerId, Integer> model = new TreeMap<>();
            PeerMap<Integer> map = PeerMap.empty();
            List<PeerMap<Integer>> versions = new ArrayList<>();
            List<Map<PeerId, Integer>> models = new ArrayList<>();
            for (int i = 0; i < 600; i++) {
                PeerId peer = id("p" + random.nextInt(150));
                if (random.nextInt(5) < (i / 100 % 2 == 0 ? 4 : 1)) {
                    int value = random.nextInt(4);
                    model.put(peer, value);
                    map = map.with(peer, value);
                } else {
                    model.remove(peer);
                    map = map.without(peer);
                }
                if (i % 20 == 0) {
                    versions.add(map);
                    models.add(new TreeMap<>(model));
                }
            }
            for (int i = 0; i < versions.size(); i++) {
                assertThat(versions.get(i)).as("seed %d", seed).isEqualTo(models.get(i));
                assertThat(versions.get(i)).hasSameSizeAs(models.get(i));
                assertThat(List.copyOf(versions.get(i).keySet()))
                        .isEqualTo(List.copyOf(models.get(i).keySet()));
            }
            for (int i = 0; i < 150; i++) {
                assertThat(map.get(id("p" + i))).isEqualTo(model.get(id("p" + i)));
                assertThat(map.containsKey(id("p" + i))).isEqualTo(model.containsKey(id("p" + i)));
            }
        }
    }

    /** Sorted ids must not turn the tree into a list, which would overflow the stack. */
    @Test
    void aHundredThousandSortedChangesDoNotOverflowTheStack() {
        PeerMap<Integer> map = PeerMap.empty();
        for (int i = 0; i < 100_000; i++) {
            map = map.with(new PeerId("p", 1 + i % 65_535), i);
        }
        for (int i = 0; i < 100_000; i += 2) {
            map = map.without(new PeerId("p", 1 + i % 65_535));
        }
        assertThat(map.size()).isLessThan(65_535);
        assertThat(List.copyOf(map.keySet())).isSorted();
    }

    @Test
    void aChangeWithoutEffectReturnsTheSameMap() {
        PeerMap<Integer> map = PeerMap.<Integer>empty().with(id("a"), 1).with(id("b"), 2);
        assertThat(map.with(id("a"), 1)).isSameAs(map);
        assertThat(map.without(id("c"))).isSameAs(map);
        assertThat(map.withoutAll(value -> value > 2)).isSameAs(map);
        assertThat(map.withoutAll(value -> value > 1)).containsOnlyKeys(id("a"));
    }

    @Test
    void aPeerMapHoldsNothingButPeersAndCannotBeChangedInPlace() {
        PeerMap<Integer> map = PeerMap.<Integer>empty().with(id("a"), 1);
        Object text = "a:1";
        assertThat(map.get(text)).isNull();
        assertThat(map.containsKey(text)).isFalse();
        assertThatThrownBy(() -> map.put(id("b"), 2)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(map::clear).isInstanceOf(UnsupportedOperationException.class);
        var entries = map.entrySet().iterator();
        entries.next();
        assertThat(entries.hasNext()).isFalse();
        assertThatThrownBy(entries::next).isInstanceOf(NoSuchElementException.class);
    }
}

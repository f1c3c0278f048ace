package dev.conclave.core;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An unmodifiable map, implemented as a balanced tree. A changed copy shares all nodes but one path with the original, so that a
 * step which updates one of thousands of peers creates a dozen small objects and not a copy of all. Iterates in the order of the
 * ids.
 *
 * @param <V> the type of the values
 */
public final class PeerMap<V> extends AbstractMap<PeerId, V> {

    private static final PeerMap<?> EMPTY = new PeerMap<>(null);

    private final @Nullable Tree<V> root;

    private PeerMap(@Nullable Tree<V> root) {
        this.root = root;
    }

    /** A map without entries. */
    @SuppressWarnings("unchecked") // The empty map holds no values.
    public static <V> PeerMap<V> empty() {
        return (PeerMap<V>) EMPTY;
    }

    /** Returns a copy in which the peer has this value. */
    public PeerMap<V> with(PeerId peer, V value) {
        Tree<V> changed = Tree.with(root, peer, value);
        return changed == root ? this : new PeerMap<>(changed);
    }

    /** Returns a copy without the peer. */
    public PeerMap<V> without(PeerId peer) {
        Tree<V> rest = Tree.without(root, peer);
        return rest == root ? this : new PeerMap<>(rest);
    }

    /** Returns a copy without the entries whose value matches. */
    public PeerMap<V> withoutAll(Predicate<V> so) {
        PeerMap<V> rest = this;
        for (Map.Entry<PeerId, V> entry : entrySet()) {
            if (so.test(entry.getValue())) {
                rest = rest.without(entry.getKey());
            }
        }
        return rest;
    }

    @Override
    public int size() {
        return Tree.sizeOf(root);
    }

    @Override
    public @Nullable V get(@Nullable Object key) {
        Tree<V> found = key instanceof PeerId peer ? Tree.find(root, peer) : null;
        return found == null ? null : found.value;
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return key instanceof PeerId peer && Tree.find(root, peer) != null;
    }

    @Override
    public Set<Map.Entry<PeerId, V>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Map.Entry<PeerId, V>> iterator() {
                return new InOrder<>(root);
            }

            @Override
            public int size() {
                return PeerMap.this.size();
            }
        };
    }

    /** An in-order iterator; the stack holds the trees whose left side is being visited. */
    private static final class InOrder<V> implements Iterator<Map.Entry<PeerId, V>> {
        private final Deque<Tree<V>> waiting = new ArrayDeque<>();

        private InOrder(@Nullable Tree<V> root) {
            descend(root);
        }

        private void descend(@Nullable Tree<V> from) {
            for (Tree<V> tree = from; tree != null; tree = tree.left) {
                waiting.push(tree);
            }
        }

        @Override
        public boolean hasNext() {
            return !waiting.isEmpty();
        }

        @Override
        public Map.Entry<PeerId, V> next() {
            if (waiting.isEmpty()) {
                throw new NoSuchElementException();
            }
            Tree<V> next = waiting.pop();
            descend(next.right);
            return Map.entry(next.peer, next.value);
        }
    }

    /** An AVL tree: the heights of the two sides of a node differ by one at most. */
    private static final class Tree<V> {
        private final PeerId peer;
        private final V value;
        private final @Nullable Tree<V> left;
        private final @Nullable Tree<V> right;
        private final int height;
        private final int size;

        private Tree(PeerId peer, V value, @Nullable Tree<V> left, @Nullable Tree<V> right) {
            this.peer = peer;
            this.value = value;
            this.left = left;
            this.right = right;
            height = Math.max(heightOf(left), heightOf(right)) + 1;
            size = sizeOf(left) + sizeOf(right) + 1;
        }

        private static int heightOf(@Nullable Tree<?> tree) {
            return tree == null ? 0 : tree.height;
        }

        static int sizeOf(@Nullable Tree<?> tree) {
            return tree == null ? 0 : tree.size;
        }

        static <V> @Nullable Tree<V> find(@Nullable Tree<V> in, PeerId peer) {
            Tree<V> tree = in;
            while (tree != null) {
                int side = peer.compareTo(tree.peer);
                if (side == 0) {
                    return tree;
                }
                tree = side < 0 ? tree.left : tree.right;
            }
            return null;
        }

        static <V> Tree<V> with(@Nullable Tree<V> in, PeerId peer, V value) {
            if (in == null) {
                return new Tree<>(peer, value, null, null);
            }
            int side = peer.compareTo(in.peer);
            if (side == 0) {
                return value.equals(in.value) ? in : new Tree<>(peer, value, in.left, in.right);
            }
            Tree<V> below = with(side < 0 ? in.left : in.right, peer, value);
            if (below == (side < 0 ? in.left : in.right)) {
                return in;
            }
            return side < 0 ? in.balanced(below, in.right) : in.balanced(in.left, below);
        }

        static <V> @Nullable Tree<V> without(@Nullable Tree<V> in, PeerId peer) {
            if (in == null) {
                return null;
            }
            int side = peer.compareTo(in.peer);
            if (side < 0) {
                Tree<V> rest = without(in.left, peer);
                return rest == in.left ? in : in.balanced(rest, in.right);
            }
            if (side > 0) {
                Tree<V> rest = without(in.right, peer);
                return rest == in.right ? in : in.balanced(in.left, rest);
            }
            if (in.left == null || in.right == null) {
                return in.left == null ? in.right : in.left;
            }
            Tree<V> next = in.right;
            while (next.left != null) {
                next = next.left;
            }
            return next.balanced(in.left, without(in.right, next.peer));
        }

        /** Returns a balanced tree of this entry and two sides, of which one may be higher by two. */
        private Tree<V> balanced(@Nullable Tree<V> low, @Nullable Tree<V> high) {
            if (low != null && low.height > heightOf(high) + 1) {
                if (low.right != null && low.right.height > heightOf(low.left)) {
                    Tree<V> top = low.right;
                    return top.over(low.over(low.left, top.left), over(top.right, high));
                }
                return low.over(low.left, over(low.right, high));
            }
            if (high != null && high.height > heightOf(low) + 1) {
                if (high.left != null && high.left.height > heightOf(high.right)) {
                    Tree<V> top = high.left;
                    return top.over(over(low, top.left), high.over(top.right, high.right));
                }
                return high.over(over(low, high.left), high.right);
            }
            return over(low, high);
        }

        private Tree<V> over(@Nullable Tree<V> low, @Nullable Tree<V> high) {
            return new Tree<>(peer, value, low, high);
        }
    }
}

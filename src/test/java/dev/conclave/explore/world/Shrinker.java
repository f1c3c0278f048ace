package dev.conclave.explore.world;

import java.util.ArrayList;
import java.util.List;

/** Finds a short list of choices that breaks the same property. */
public final class Shrinker {

    private Shrinker() {}

    /** The property that the choices break, empty if none. */
    public static String judge(PeerGroup group, Core core, List<Choice> choices) {
        World world = new World(group, core, new EventCounts());
        try {
            for (Choice choice : choices) {
                world.apply(choice);
            }
        } catch (Violation violation) {
            return violation.property();
        }
        return "";
    }

    /** The choices that could be made, up to the violation. */
    private static List<Choice> upTo(PeerGroup group, Core core, List<Choice> choices) {
        List<Choice> made = new ArrayList<>();
        World world = new World(group, core, new EventCounts());
        for (Choice choice : choices) {
            try {
                if (world.apply(choice)) {
                    made.add(choice);
                }
            } catch (Violation violation) {
                made.add(choice);
                return made;
            }
        }
        return made;
    }

    /** Removes as many choices as possible: halves first, then smaller pieces, then draws and times. */
    public static List<Choice> shrink(PeerGroup group, Core core, List<Choice> choices, String property) {
        if (!judge(group, core, choices).equals(property)) {
            return choices;
        }
        List<Choice> best = upTo(group, core, choices);
        boolean better = true;
        while (better) {
            int before = best.size();
            for (int piece = Math.max(1, best.size() / 2); piece >= 1; piece /= 2) {
                for (int from = best.size() - piece; from >= 0; from -= piece) {
                    if (from + piece > best.size()) {
                        continue;
                    }
                    List<Choice> shorter = new ArrayList<>(best.subList(0, from));
                    shorter.addAll(best.subList(from + piece, best.size()));
                    if (judge(group, core, shorter).equals(property)) {
                        best = upTo(group, core, shorter);
                    }
                }
            }
            for (int at = 0; at < best.size(); at++) {
                if (best.get(at).draw() != 0) {
                    List<Choice> simpler = new ArrayList<>(best);
                    simpler.set(at, best.get(at).withDraw(0));
                    if (judge(group, core, simpler).equals(property)) {
                        best = upTo(group, core, simpler);
                    }
                }
            }
            best = merged(group, core, best, property);
            better = best.size() < before;
        }
        return best;
    }

    private static List<Choice> merged(PeerGroup group, Core core, List<Choice> choices, String property) {
        List<Choice> best = choices;
        for (int at = 0; at + 1 < best.size(); at++) {
            if (best.get(at).what() == Choice.What.ADVANCE && best.get(at + 1).what() == Choice.What.ADVANCE) {
                List<Choice> shorter = new ArrayList<>(best);
                long sum = shorter.remove(at + 1).number() + shorter.get(at).number();
                shorter.set(at, Choice.advance(sum));
                if (judge(group, core, shorter).equals(property)) {
                    best = shorter;
                    at--;
                }
            }
        }
        return best;
    }
}

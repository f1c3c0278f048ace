package dev.conclave.explore.simulation;

import dev.conclave.explore.world.PeerGroup;
import dev.conclave.explore.world.SeededRandom;
import java.util.Arrays;
import java.util.Optional;

/** The links between the peers, each way. */
public final class Links {

    private final PeerGroup group;
    private final SeededRandom random;
    private final boolean[][] cut;

    public Links(PeerGroup group, SeededRandom random) {
        this.group = group;
        this.random = random;
        cut = new boolean[group.size()][group.size()];
    }

    public boolean isCut(int from, int to) {
        return cut[from][to];
    }

    public void heal() {
        for (boolean[] row : cut) {
            Arrays.fill(row, false);
        }
    }

    /** A partial partition that lasts: one peer cannot send, or cannot receive; the others are a majority and can lead. */
    public boolean cutOneWay() {
        int n = cut.length;
        int alone = random.below(n);
        boolean othersStand = false;
        for (int i = 0; i < n; i++) {
            othersStand |= i != alone && group.stands(i);
        }
        int voters = group.voters() - (group.isVoter(alone) ? 1 : 0);
        if (!othersStand || voters < group.settings().quorum()) {
            return false;
        }
        boolean mute = random.permille(500);
        for (int i = 0; i < n; i++) {
            if (i != alone) {
                cut[mute ? alone : i][mute ? i : alone] = true;
            }
        }
        return true;
    }

    /**
     * Two sides, one peer alone, one that cannot send, one that cannot receive, or single links; often the one is the leader.
     */
    public void cutSome(Optional<Integer> leader) {
        int n = cut.length;
        int style = random.below(5);
        int alone = leader.isPresent() && random.permille(500) ? leader.get() : random.below(n);
        long side = random.next();
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                cut[i][j] = i != j
                        && switch (style) {
                            case 0 -> ((side >> i) & 1) != ((side >> j) & 1);
                            case 1 -> i == alone || j == alone;
                            case 2 -> i == alone;
                            case 3 -> j == alone;
                            default -> random.permille(400);
                        };
            }
        }
    }
}

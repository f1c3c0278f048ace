package dev.conclave.explore.simulation;

import dev.conclave.core.peer.MessageRoute;
import dev.conclave.explore.world.PeerGroup;
import dev.conclave.explore.world.SeededRandom;
import java.util.Arrays;
import java.util.Optional;

/** The links between the peers, each way. */
public final class Links {

    private final PeerGroup group;
    private final SeededRandom random;
    private final boolean[][] cut;

    /** Where Artery is cut while the express lanes stay connected. */
    private final boolean[][] remotingCut;

    public Links(PeerGroup group, SeededRandom random) {
        this.group = group;
        this.random = random;
        cut = new boolean[group.size()][group.size()];
        remotingCut = new boolean[group.size()][group.size()];
    }

    public boolean isCut(int from, int to, MessageRoute way) {
        return cut[from][to] || (way == MessageRoute.ARTERY && remotingCut[from][to]);
    }

    public void heal() {
        for (boolean[] row : cut) {
            Arrays.fill(row, false);
        }
        for (boolean[] row : remotingCut) {
            Arrays.fill(row, false);
        }
    }

    /** A cut of Artery between two sides that lasts; one side has a majority of the voters, and a candidate among them. */
    public boolean cutRemoting() {
        int n = remotingCut.length;
        long side = random.next();
        for (long majority = 0; majority < 2; majority++) {
            int voters = 0;
            boolean stands = false;
            for (int i = 0; i < n; i++) {
                if (((side >> i) & 1) == majority && group.isVoter(i)) {
                    voters++;
                    stands |= group.stands(i);
                }
            }
            if (voters >= group.settings().quorum() && stands) {
                for (int i = 0; i < n; i++) {
                    for (int j = 0; j < n; j++) {
                        remotingCut[i][j] = ((side >> i) & 1) != ((side >> j) & 1);
                    }
                }
                return true;
            }
        }
        return false;
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

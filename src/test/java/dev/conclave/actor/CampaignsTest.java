package dev.conclave.actor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.Peer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How many peers of a node ask for votes at a time. */
class CampaignsTest {

    private static final Peer.Self SELF = new Peer.Self(Scene.ANNA, Scene.LIFE, Scene.SETTINGS, Scene.MARGIN.toNanos());
    private static final long WHILE = 1_000;

    private final Campaigns campaigns = new Campaigns(WHILE);
    private final List<Integer> resumed = new ArrayList<>();

    private Campaign campaign(int number) {
        return new Campaign(campaigns, SELF, () -> resumed.add(number));
    }

    /** So many as may be under way. */
    private List<Campaign> fill() {
        List<Campaign> all =
                Stream.generate(() -> campaign(-1)).limit(campaigns.most()).toList();
        all.forEach(one -> assertThat(campaigns.begin(one, 0, 0)).isTrue());
        return all;
    }

    private void end(Campaign campaign) {
        campaigns.end(campaign, 0);
    }

    private void won(Campaign campaign, long after) {
        campaigns.won(campaign, after);
    }

    @Test
    void aLoneCampaignBeginsAtOnce() {
        assertThat(campaigns.begin(campaign(1), 0, 0)).isTrue();
    }

    @Test
    void noMoreCampaignsThanTheBoundAreUnderWay() {
        fill();
        assertThat(campaigns.begin(campaign(1), 0, 0)).isFalse();
        assertThat(campaigns.waiting()).isOne();
        assertThat(resumed).isEmpty();
    }

    @Test
    void aCampaignThatEndsMakesRoomForTheNext() {
        List<Campaign> all = fill();
        Campaign next = campaign(1);
        campaigns.begin(next, 0, 0);
        end(all.get(0));
        assertThat(resumed).containsExactly(1);
        assertThat(campaigns.isUnderWay(next)).isTrue();
        assertThat(campaigns.waiting()).isZero();
    }

    @Test
    void theCampaignThatWasDueFirstIsResumedFirst() {
        List<Campaign> all = fill();
        campaigns.begin(campaign(3), 30, 0);
        campaigns.begin(campaign(1), 10, 0);
        campaigns.begin(campaign(2), 10, 0);
        all.subList(0, 3).forEach(this::end);
        assertThat(resumed).containsExactly(1, 2, 3);
    }

    @Test
    void aCampaignThatIsNoLongerNeededIsNotResumed() {
        List<Campaign> all = fill();
        Campaign first = campaign(1);
        campaigns.begin(first, 0, 0);
        campaigns.begin(campaign(2), 0, 0);
        end(first);
        end(all.get(0));
        assertThat(resumed).containsExactly(2);
    }

    @Test
    void aCampaignIsQueuedOnlyOnce() {
        List<Campaign> all = fill();
        Campaign one = campaign(1);
        campaigns.begin(one, 0, 0);
        campaigns.begin(one, 0, 0);
        assertThat(campaigns.waiting()).isOne();
        all.subList(0, 2).forEach(this::end);
        assertThat(resumed).containsExactly(1);
        assertThat(campaigns.begin(one, 0, 0)).as("it is under way").isTrue();
    }

    @Test
    void theBoundOnCampaignsGrowsWithEachOneThatIsWonSoon() {
        int before = campaigns.most();
        fill().forEach(one -> won(one, WHILE));
        assertThat(campaigns.most()).isEqualTo(2 * before);
    }

    @Test
    void theBoundOnCampaignsHasAMaximum() {
        for (int i = 0; i < 2 * Campaigns.MOST; i++) {
            Campaign one = campaign(i);
            campaigns.begin(one, 0, 0);
            won(one, 0);
        }
        assertThat(campaigns.most()).isEqualTo(Campaigns.MOST);
    }

    @Test
    void aLongPathIsNotMistakenForAQueueOfCampaigns() {
        int before = campaigns.most();
        fill().forEach(one -> won(one, 20 * WHILE));
        assertThat(campaigns.most()).isEqualTo(2 * before);
    }

    @Test
    void campaignsThatAreWonLateHalveTheBoundOnCampaigns() {
        fill().forEach(one -> won(one, 0));
        int before = campaigns.most();
        List<Campaign> all = fill();
        won(all.get(0), 2 * WHILE);
        assertThat(campaigns.most()).isEqualTo(before);
        won(all.get(1), 3 * WHILE);
        won(all.get(2), 3 * WHILE);
        assertThat(campaigns.most()).isEqualTo(before / 2);
    }

    @Test
    void unansweredCampaignsHalveTheBoundOnCampaignsOnceInAWhile() {
        fill().forEach(one -> won(one, 0));
        fill().forEach(one -> won(one, 0));
        int before = campaigns.most();
        List<Campaign> all = fill();
        campaigns.unanswered(all.get(0), 0);
        campaigns.unanswered(all.get(1), WHILE - 1);
        assertThat(campaigns.most()).isEqualTo(before / 2);
        for (int i = 2; i < 10; i++) {
            campaigns.unanswered(all.get(i), i * WHILE);
        }
        assertThat(campaigns.most()).isEqualTo(Campaigns.LEAST);
    }

    @Test
    void aLeaseThatIsRenewedLateHalvesTheBoundOnCampaignsOnceInAWhile() {
        fill().forEach(one -> won(one, 0));
        int before = campaigns.most();
        campaigns.renewed(WHILE, 0);
        assertThat(campaigns.most()).isEqualTo(before);
        campaigns.renewed(WHILE + 1, 0);
        campaigns.renewed(WHILE + 1, WHILE - 1);
        assertThat(campaigns.most()).isEqualTo(before / 2);
    }

    @Test
    void aLeaseRenewalOverALongPathDoesNotHalveTheBoundOnCampaigns() {
        fill().forEach(one -> won(one, 20 * WHILE));
        int before = campaigns.most();
        campaigns.renewed(20 * WHILE, 0);
        assertThat(campaigns.most()).isEqualTo(before);
    }

    @Test
    void anUnansweredCampaignMakesRoomForAWaitingOne() {
        List<Campaign> all = fill();
        for (int i = 0; i < all.size(); i++) {
            campaigns.begin(campaign(i), i, 0);
        }
        all.forEach(one -> campaigns.unanswered(one, 0));
        assertThat(resumed).hasSize(campaigns.most());
    }
}

package dev.conclave.internal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How many peers of a node ask for votes at a time. */
class CampaignLimiterTest {

    private static final long WHILE = 1_000;

    private final CampaignLimiter campaignLimiter = new CampaignLimiter(() -> WHILE);
    private final List<Integer> resumed = new ArrayList<>();

    private LimitedCampaign campaign(int number) {
        return new LimitedCampaign(campaignLimiter, () -> resumed.add(number));
    }

    /** So many as may be under way. */
    private List<LimitedCampaign> fill() {
        List<LimitedCampaign> all = Stream.generate(() -> campaign(-1))
                .limit(campaignLimiter.most())
                .toList();
        all.forEach(one -> assertThat(campaignLimiter.begin(one, 0, 0)).isTrue());
        return all;
    }

    private void end(LimitedCampaign campaign) {
        campaignLimiter.end(campaign, 0);
    }

    private void won(LimitedCampaign campaign, long after) {
        campaignLimiter.won(campaign, after);
    }

    @Test
    void aLoneCampaignBeginsAtOnce() {
        assertThat(campaignLimiter.begin(campaign(1), 0, 0)).isTrue();
    }

    @Test
    void noMoreCampaignsThanTheBoundAreUnderWay() {
        fill();
        assertThat(campaignLimiter.begin(campaign(1), 0, 0)).isFalse();
        assertThat(campaignLimiter.waiting()).isOne();
        assertThat(resumed).isEmpty();
    }

    @Test
    void aCampaignThatEndsMakesRoomForTheNext() {
        List<LimitedCampaign> all = fill();
        LimitedCampaign next = campaign(1);
        campaignLimiter.begin(next, 0, 0);
        end(all.get(0));
        assertThat(resumed).containsExactly(1);
        assertThat(campaignLimiter.isUnderWay(next)).isTrue();
        assertThat(campaignLimiter.waiting()).isZero();
    }

    @Test
    void theCampaignThatWasDueFirstIsResumedFirst() {
        List<LimitedCampaign> all = fill();
        campaignLimiter.begin(campaign(3), 30, 0);
        campaignLimiter.begin(campaign(1), 10, 0);
        campaignLimiter.begin(campaign(2), 10, 0);
        all.subList(0, 3).forEach(this::end);
        assertThat(resumed).containsExactly(1, 2, 3);
    }

    @Test
    void aCampaignThatIsNoLongerNeededIsNotResumed() {
        List<LimitedCampaign> all = fill();
        LimitedCampaign first = campaign(1);
        campaignLimiter.begin(first, 0, 0);
        campaignLimiter.begin(campaign(2), 0, 0);
        end(first);
        end(all.get(0));
        assertThat(resumed).containsExactly(2);
    }

    @Test
    void aCampaignIsQueuedOnlyOnce() {
        List<LimitedCampaign> all = fill();
        LimitedCampaign one = campaign(1);
        campaignLimiter.begin(one, 0, 0);
        campaignLimiter.begin(one, 0, 0);
        assertThat(campaignLimiter.waiting()).isOne();
        all.subList(0, 2).forEach(this::end);
        assertThat(resumed).containsExactly(1);
        assertThat(campaignLimiter.begin(one, 0, 0)).as("it is under way").isTrue();
    }

    @Test
    void theBoundOnCampaignsGrowsWithEachOneThatIsWonSoon() {
        int before = campaignLimiter.most();
        fill().forEach(one -> won(one, WHILE));
        assertThat(campaignLimiter.most()).isEqualTo(2 * before);
    }

    @Test
    void theBoundOnCampaignsHasAMaximum() {
        for (int i = 0; i < 2 * CampaignLimiter.MOST; i++) {
            LimitedCampaign one = campaign(i);
            campaignLimiter.begin(one, 0, 0);
            won(one, 0);
        }
        assertThat(campaignLimiter.most()).isEqualTo(CampaignLimiter.MOST);
    }

    @Test
    void aLongPathIsNotMistakenForAQueueOfCampaigns() {
        int before = campaignLimiter.most();
        fill().forEach(one -> won(one, 20 * WHILE));
        assertThat(campaignLimiter.most()).isEqualTo(2 * before);
    }

    @Test
    void campaignsThatAreWonLateHalveTheBoundOnCampaigns() {
        fill().forEach(one -> won(one, 0));
        int before = campaignLimiter.most();
        List<LimitedCampaign> all = fill();
        won(all.get(0), 2 * WHILE);
        assertThat(campaignLimiter.most()).isEqualTo(before);
        won(all.get(1), 3 * WHILE);
        won(all.get(2), 3 * WHILE);
        assertThat(campaignLimiter.most()).isEqualTo(before / 2);
    }

    @Test
    void unansweredCampaignsHalveTheBoundOnCampaignsOnceInAWhile() {
        fill().forEach(one -> won(one, 0));
        fill().forEach(one -> won(one, 0));
        int before = campaignLimiter.most();
        List<LimitedCampaign> all = fill();
        campaignLimiter.unanswered(all.get(0), 0);
        campaignLimiter.unanswered(all.get(1), WHILE - 1);
        assertThat(campaignLimiter.most()).isEqualTo(before / 2);
        for (int i = 2; i < 10; i++) {
            campaignLimiter.unanswered(all.get(i), i * WHILE);
        }
        assertThat(campaignLimiter.most()).isEqualTo(CampaignLimiter.LEAST);
    }

    @Test
    void aLeaseThatIsRenewedLateHalvesTheBoundOnCampaignsOnceInAWhile() {
        fill().forEach(one -> won(one, 0));
        int before = campaignLimiter.most();
        campaignLimiter.renewed(WHILE, 0);
        assertThat(campaignLimiter.most()).isEqualTo(before);
        campaignLimiter.renewed(WHILE + 1, 0);
        campaignLimiter.renewed(WHILE + 1, WHILE - 1);
        assertThat(campaignLimiter.most()).isEqualTo(before / 2);
    }

    @Test
    void aLeaseRenewalOverALongPathDoesNotHalveTheBoundOnCampaigns() {
        fill().forEach(one -> won(one, 20 * WHILE));
        int before = campaignLimiter.most();
        campaignLimiter.renewed(20 * WHILE, 0);
        assertThat(campaignLimiter.most()).isEqualTo(before);
    }

    @Test
    void anUnansweredCampaignMakesRoomForAWaitingOne() {
        List<LimitedCampaign> all = fill();
        for (int i = 0; i < all.size(); i++) {
            campaignLimiter.begin(campaign(i), i, 0);
        }
        all.forEach(one -> campaignLimiter.unanswered(one, 0));
        assertThat(resumed).hasSize(campaignLimiter.most());
    }
}

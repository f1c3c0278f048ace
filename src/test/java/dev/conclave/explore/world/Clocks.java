package dev.conclave.explore.world;

import java.util.Arrays;

/**
 * True time, in microseconds, and the clock of each peer, which shows {@code at + rate * (true time since it was
 * set)}. Rates are in thousandths, so clocks are exact in nanoseconds, and a bound that is exact in the rules is exact here.
 */
public final class Clocks {

    private long micros;
    private final long[] at;
    private final long[] setAt;
    private final int[] rates;

    public Clocks(int peers) {
        at = new long[peers];
        setAt = new long[peers];
        rates = new int[peers];
        Arrays.fill(rates, 1000);
    }

    public Clocks(Clocks other) {
        micros = other.micros;
        at = other.at.clone();
        setAt = other.setAt.clone();
        rates = other.rates.clone();
    }

    public long micros() {
        return micros;
    }

    /** The reading of the peer's clock. */
    public long now(int peer) {
        return at[peer] + (micros - setAt[peer]) * rates[peer];
    }

    public int rate(int peer) {
        return rates[peer];
    }

    /** The first instant of true time at which the peer's clock shows at least this. */
    public long microsAt(int peer, long clock) {
        long now = now(peer);
        return clock <= now ? micros : micros + (clock - now + rates[peer] - 1) / rates[peer];
    }

    public void advance(long by) {
        micros += by;
    }

    public void setRate(int peer, int rate) {
        at[peer] = now(peer);
        setAt[peer] = micros;
        rates[peer] = rate;
    }

    public void jump(int peer, long nanos) {
        at[peer] += nanos;
    }
}

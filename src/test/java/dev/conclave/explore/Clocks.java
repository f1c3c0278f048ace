package dev.conclave.explore;

import java.util.Arrays;

/**
 * True time, in microseconds, and the clock of each peer, which shows {@code at + rate * (true time since it was
 * set)}. Rates are in thousandths, so clocks are exact in nanoseconds, and a bound that is exact in the rules is exact here.
 */
final class Clocks {

    private long micros;
    private final long[] at;
    private final long[] setAt;
    private final int[] rates;

    Clocks(int peers) {
        at = new long[peers];
        setAt = new long[peers];
        rates = new int[peers];
        Arrays.fill(rates, 1000);
    }

    Clocks(Clocks other) {
        micros = other.micros;
        at = other.at.clone();
        setAt = other.setAt.clone();
        rates = other.rates.clone();
    }

    long micros() {
        return micros;
    }

    /** The reading of the peer's clock. */
    long now(int peer) {
        return at[peer] + (micros - setAt[peer]) * rates[peer];
    }

    int rate(int peer) {
        return rates[peer];
    }

    /** The first instant of true time at which the peer's clock shows at least this. */
    long microsAt(int peer, long clock) {
        long now = now(peer);
        return clock <= now ? micros : micros + (clock - now + rates[peer] - 1) / rates[peer];
    }

    void advance(long by) {
        micros += by;
    }

    void setRate(int peer, int rate) {
        at[peer] = now(peer);
        setAt[peer] = micros;
        rates[peer] = rate;
    }

    void jump(int peer, long nanos) {
        at[peer] += nanos;
    }
}

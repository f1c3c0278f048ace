package dev.conclave.bench.driver;

import java.util.Arrays;
import java.util.Random;

/** A handful of values, in order. */
final class Statistics {

    private static final int RESAMPLES = 4_000;
    private static final long SEED = 20_261_101;

    private final double[] sorted;

    Statistics(double... values) {
        this.sorted = values.clone();
        Arrays.sort(sorted);
    }

    int count() {
        return sorted.length;
    }

    boolean isEmpty() {
        return sorted.length == 0;
    }

    double min() {
        return sorted[0];
    }

    double max() {
        return sorted[sorted.length - 1];
    }

    double median() {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** The smallest value that at least 95 % of all do not exceed; with fewer than twenty values, the largest. */
    double p95() {
        return sorted[Math.max(0, (int) Math.ceil(0.95 * sorted.length) - 1)];
    }

    /** The smallest value that at least this share of all do not exceed. */
    double quantile(double share) {
        return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
    }

    double mean() {
        return Arrays.stream(sorted).average().orElse(Double.NaN);
    }

    /**
     * Where the median of resampled values lies in 95 % of 4,000 resamplings.
     *
     * @param low the lower end
     * @param high the upper end
     */
    record Range(double low, double high) {}

    /** Returns the spread of the median that comes of drawing the values anew from themselves. */
    Range medianRange() {
        Random random = new Random(SEED);
        double[] medians = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            medians[i] = resampled(random).median();
        }
        Arrays.sort(medians);
        return new Range(medians[(int) (RESAMPLES * 0.025)], medians[(int) (RESAMPLES * 0.975)]);
    }

    /**
     * How many times this median is that of the other.
     *
     * @param ratio of the medians
     * @param low where 2.5 % of the ratios of resampled values lie below
     * @param high where 2.5 % lie above
     */
    record Ratio(double ratio, double low, double high) {}

    /** With the spread that comes of drawing both sets of values anew from themselves. */
    Ratio over(Statistics other) {
        Random random = new Random(SEED);
        double[] ratios = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            ratios[i] = resampled(random).median() / other.resampled(random).median();
        }
        Arrays.sort(ratios);
        return new Ratio(
                median() / other.median(), ratios[(int) (RESAMPLES * 0.025)], ratios[(int) (RESAMPLES * 0.975)]);
    }

    /** Returns where the difference of this median to the other one lies in 95 % of 4,000 resamplings of both. */
    Range medianMinus(Statistics other) {
        Random random = new Random(SEED);
        double[] differences = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            differences[i] =
                    resampled(random).median() - other.resampled(random).median();
        }
        Arrays.sort(differences);
        return new Range(differences[(int) (RESAMPLES * 0.025)], differences[(int) (RESAMPLES * 0.975)]);
    }

    private Statistics resampled(Random random) {
        double[] drawn = new double[sorted.length];
        for (int i = 0; i < drawn.length; i++) {
            drawn[i] = sorted[random.nextInt(sorted.length)];
        }
        return new Statistics(drawn);
    }
}

package dev.tandem.server.deliver.judge;

import java.util.function.Supplier;
import org.apache.commons.numbers.fraction.GeneralizedContinuedFraction;
import org.apache.commons.numbers.fraction.GeneralizedContinuedFraction.Coefficient;
import org.apache.commons.numbers.gamma.LogBeta;
import org.apache.commons.numbers.gamma.RegularizedBeta;

/** Natural logarithms of the tails of the Beta(a, b) distribution, also where the tails themselves are below 1e-308. */
final class LogTail {
    /** Below this the library's value may have lost digits to underflow. */
    private static final double SMALLEST = 1e-250;

    private LogTail() {}

    /** ln P(theta <= x). */
    static double lower(double x, double a, double b) {
        return log(RegularizedBeta.value(x, a, b), RegularizedBeta.complement(x, a, b), x, a, b);
    }

    /** ln P(theta > x). */
    static double upper(double x, double a, double b) {
        return log(RegularizedBeta.complement(x, a, b), RegularizedBeta.value(x, a, b), 1 - x, b, a);
    }

    private static double log(double tail, double rest, double x, double a, double b) {
        if (tail > 0.5) {
            return Math.log1p(-rest);
        }
        return tail > SMALLEST ? Math.log(tail) : far(x, a, b);
    }

    /**
     * So far out, x is well below the mean a/(a+b), where the continued fraction of the incomplete beta function
     * (Abramowitz and Stegun, 26.5.8) converges fast; what would underflow stands before it as a logarithm.
     */
    private static double far(double x, double a, double b) {
        double before = a * Math.log(x) + b * Math.log1p(-x) - Math.log(a) - LogBeta.value(a, b);
        return before - Math.log(GeneralizedContinuedFraction.value(1, new Terms(x, a, b)));
    }

    private static final class Terms implements Supplier<Coefficient> {
        private final double x;
        private final double a;
        private final double b;
        private int index;

        Terms(double x, double a, double b) {
            this.x = x;
            this.a = a;
            this.b = b;
        }

        @Override
        public Coefficient get() {
            index++;
            double m = index / 2;
            double numerator = index % 2 == 0
                    ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
                    : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            return Coefficient.of(numerator, 1);
        }
    }
}

/** A median with its uncertainty. */
export interface Estimate {
  readonly median: number
  /** Median absolute deviation, as a fraction of the median or of another whole. */
  readonly spread: number
  /** Half the width of the 95 % confidence interval of the median, as a fraction of the same. */
  readonly noise: number
}

/** Largest noise of a ratio with a target. A ratio with more noise is measured for longer. */
export const MAX_NOISE = 0.03

/** Ratio of the standard deviation to the median absolute deviation of normally distributed values. */
const DEVIATIONS_PER_MAD = 1.4826
/** Ratio of the standard error of a median to that of a mean. */
const MEDIAN_ERROR = 1.2533
const ERRORS_PER_INTERVAL = 1.96

/**
 * Estimates a value from repeated measurements.
 *
 * @param whole The value that spread and noise are fractions of. @default the median
 */
export function estimate(values: readonly number[], whole?: number): Estimate {
  const center = median(values)
  const spread = median(values.map((value) => Math.abs(value - center))) / (whole ?? center)
  const noise = (ERRORS_PER_INTERVAL * MEDIAN_ERROR * DEVIATIONS_PER_MAD * spread) / Math.sqrt(values.length)
  return { median: center, spread, noise }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const { [middle]: upper = Number.NaN, [middle - 1]: lower = Number.NaN } = sorted
  return sorted.length % 2 === 1 ? upper : (lower + upper) / 2
}

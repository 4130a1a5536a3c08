import type { Comparison } from './compare.ts'
import type { MicroResult } from './micro.ts'
import type { Run } from './results.ts'
import type { StartUpResult } from './start-up.ts'
import { MAX_NOISE, type Estimate } from './statistics.ts'
import { KINDS } from './workload.ts'

/** A ratio, or a number of milliseconds, and its target. */
export interface Verdict {
  readonly name: string
  readonly ratio: Estimate
  readonly target: number
  /** Whether the target is the lowest or the highest value. */
  readonly bound: 'min' | 'max'
  /** Whether the ratio misses the target by more than its noise, of which at most `MAX_NOISE` counts. */
  readonly isMissed: boolean
  /** The ratio that the bare framework itself reaches, if it is below the target. Such a target is not missed. */
  readonly reachable?: number
}

/** Returns the result of a verdict as text. */
export function describeResult({ isMissed, ratio, reachable }: Verdict): string {
  const result =
    reachable === undefined
      ? isMissed
        ? 'missed'
        : 'met'
      : `the bare framework reaches ${reachable.toFixed(2)}`
  return `${result}${ratio.noise > MAX_NOISE ? ', too noisy' : ''}`
}

/** Returns the verdicts of a run, in the order of its results. */
export function listVerdicts({ comparisons, micro, startUp = [] }: Run): Verdict[] {
  return [...comparisons.flatMap(judgeComparison), ...micro.flatMap(judgeMicro), ...startUp.map(judgeStartUp)]
}

function judgeComparison({ framework, kind, variants }: Comparison): Verdict[] {
  const bare = variants.find(({ variant }) => variant === 'bare')
  return variants.flatMap(({ variant, ratio, target }): Verdict[] => {
    if (ratio === undefined || target === undefined) return []
    const name = `${framework}, ${KINDS[kind].description}, against ${variant}`
    const isBelow = isBelowTarget(ratio, target)
    const reachable = isBelow ? findReachable(ratio, target, bare) : undefined
    return [
      {
        name,
        ratio,
        target,
        bound: 'min',
        isMissed: isBelow && reachable === undefined,
        ...(reachable !== undefined && { reachable }),
      },
    ]
  })
}

function isBelowTarget(ratio: Estimate, target: number): boolean {
  return ratio.median * (1 + getNoise(ratio)) < target
}

/**
 * Returns the ratio that the bare framework reaches, if it is below the target and Faultline meets its own target against
 * the bare framework. An error cannot cost less than none: on a machine whose system calls take most of the time, all
 * variants are close to each other.
 */
function findReachable(
  ratio: Estimate,
  target: number,
  bare: Comparison['variants'][number] | undefined,
): number | undefined {
  if (bare?.ratio === undefined || bare.target === undefined || isBelowTarget(bare.ratio, bare.target))
    return undefined
  const reachable = ratio.median / bare.ratio.median
  return reachable < target ? reachable : undefined
}

function judgeMicro({ group, name, baselineName, ratio, maxRatio }: MicroResult): Verdict[] {
  if (ratio === undefined || maxRatio === undefined) return []
  const isMissed = ratio.median * (1 - getNoise(ratio)) > maxRatio
  return [
    { name: `${group}: ${name}, against ${baselineName}`, ratio, target: maxRatio, bound: 'max', isMissed },
  ]
}

function judgeStartUp({ framework, format, frameworkMs, difference, maxMs }: StartUpResult): Verdict {
  const isMissed = difference.median - getNoise(difference) * (frameworkMs + difference.median) > maxMs
  const name = `${framework}, milliseconds that ${format} of the adapter adds to the start`
  return { name, ratio: difference, target: maxMs, bound: 'max', isMissed }
}

function getNoise({ noise }: Estimate): number {
  return Math.min(noise, MAX_NOISE)
}

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
}

/** Returns the verdicts of a run, in the order of its results. */
export function listVerdicts({ comparisons, micro, startUp = [] }: Run): Verdict[] {
  return [...comparisons.flatMap(judgeComparison), ...micro.flatMap(judgeMicro), ...startUp.map(judgeStartUp)]
}

function judgeComparison({ framework, kind, variants }: Comparison): Verdict[] {
  return variants.flatMap(({ variant, ratio, target }): Verdict[] => {
    if (ratio === undefined || target === undefined) return []
    const name = `${framework}, ${KINDS[kind].description}, against ${variant}`
    return [{ name, ratio, target, bound: 'min', isMissed: ratio.median * (1 + getNoise(ratio)) < target }]
  })
}

function judgeMicro({ group, name, baselineName, ratio, maxRatio }: MicroResult): Verdict[] {
  if (ratio === undefined || maxRatio === undefined) return []
  const isMissed = ratio.median * (1 - getNoise(ratio)) > maxRatio
  return [
    { name: `${group}: ${name}, against ${baselineName}`, ratio, target: maxRatio, bound: 'max', isMissed },
  ]
}

function judgeStartUp({ framework, format, difference, maxMs }: StartUpResult): Verdict {
  const isMissed = difference.median * (1 - getNoise(difference)) > maxMs
  const name = `${framework}, milliseconds that ${format} of the adapter adds to the start`
  return { name, ratio: difference, target: maxMs, bound: 'max', isMissed }
}

function getNoise({ noise }: Estimate): number {
  return Math.min(noise, MAX_NOISE)
}

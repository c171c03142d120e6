import {
  solveTransient,
  type TransientHeat,
  type TransientOptions,
  type TransientProblem,
  type TransientSolution,
} from '../../solvers/index.js';

/** What of the stretches is told as of one run. */
export interface StretchedSolution extends Pick<TransientSolution, 'times' | 'frames' | 'status' | 'reason'> {
  readonly steps: number;
  readonly rejectedSteps: number;
  readonly iterations: number;
  /** `relativeImbalance` with the imbalances of the stretches added up, which bounds that of the whole */
  readonly heat: TransientHeat;
}

/**
 * `solveTransient` in stretches between the times at which data bend: a step never runs over such a time, and so over none of a
 * short pulse.
 *
 * @param breaks s, ascending; those that are not between start and end do not matter
 */
export async function solveInStretches(
  problem: TransientProblem,
  options: TransientOptions & { readonly times: readonly number[] },
  breaks: readonly number[],
): Promise<StretchedSolution> {
  const { end, times: wanted, progress, start: first = 0 } = options;
  const ends = [...breaks.filter((time) => time > first && time < end), end];
  const times: number[] = [];
  const frames: Float64Array[] = [];
  let [steps, rejectedSteps, iterations] = [0, 0, 0];
  let [stored, supplied, imbalance, magnitude] = [0, 0, 0, 0];
  let [start, initial] = [first, problem.initial];
  let [status, reason]: [TransientSolution['status'], string] = ['completed', ''];
  for (const stretchEnd of ends) {
    const inside = wanted.filter((time) => time < stretchEnd && (time > start || times.length === 0));
    const begin = start;
    const solved = await solveTransient(
      { ...problem, initial },
      {
        ...options,
        start,
        end: stretchEnd,
        times: [...inside, stretchEnd],
        progress: progress && {
          // of the whole time
          update: (phase, done, total, figures) => {
            const reached = begin + (done / total) * (stretchEnd - begin);
            progress.update(phase, Math.round((1000 * (reached - first)) / (end - first)), 1000, figures);
          },
          message: (text) => progress.message(text),
        },
      },
    );
    steps += solved.steps.length;
    rejectedSteps += solved.rejectedSteps;
    iterations += solved.steps.reduce((sum, step) => sum + step.iterations, 0);
    const { heat } = solved;
    const missing = Math.abs(heat.stored - heat.supplied);
    stored += heat.stored;
    supplied += heat.supplied;
    imbalance += missing;
    magnitude += missing > 0 ? missing / heat.relativeImbalance : Math.abs(heat.supplied);
    const kept = wanted.includes(stretchEnd) ? solved.times.length : inside.length;
    times.push(...solved.times.slice(0, kept));
    frames.push(...solved.frames.slice(0, kept));
    ({ status, reason } = solved);
    if (status !== 'completed') break;
    [start, initial] = [stretchEnd, solved.frames[solved.frames.length - 1]];
  }
  return {
    ...{ times, frames, status, reason, steps, rejectedSteps, iterations },
    heat: { stored, supplied, relativeImbalance: imbalance === 0 ? 0 : imbalance / magnitude },
  };
}

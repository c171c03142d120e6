import { median } from '../common/median.js';
import { type Stepping, takeStep } from './trainer.js';

/** What a run may take: wall time, or processor time of all threads, which other work on the machine does not lengthen. */
export interface TimeBudget {
  readonly seconds?: number;
  readonly processorSeconds?: number;
}

/** Where a number of steps came from. */
export interface MeasuredBudget extends TimeBudget {
  /** Medians over the steps that were timed. */
  readonly measuredStepSeconds: number;
  readonly measuredStepProcessorSeconds: number;
}

/** The first steps compile code and fill the queue of batches. */
const WARM_UP_STEPS = 3;
const FEWEST_TIMED_STEPS = 6;
const MOST_TIMED_STEPS = 40;
/** Part of the budget that may go into timing beyond the fewest steps. */
const TIMING_SHARE = 0.04;
/** A run of this many steps stands for the one whose length is sought. */
const RUN_STEPS = 10_000;
/** Multiples of the golden section spread any number of moments evenly over the run. */
const GOLDEN_SECTION = (Math.sqrt(5) - 1) / 2;

/**
 * How many steps fit into a budget, from the median of a few of them after warm-up, taken at moments spread over the run;
 * they are undone afterwards and count against the budget. Medians, since a start has hiccups of its own. Called once:
 * resume and replay use the recorded number.
 */
export async function stepsWithin(
  { seconds, processorSeconds }: TimeBudget,
  loop: Omit<Stepping, 'steps'>,
): Promise<{ steps: number; budget: MeasuredBudget }> {
  const initial = loop.optimizer.state();
  const stepping = { ...loop, steps: RUN_STEPS };
  const used = { wall: 0, processor: 0 };
  const timed: { wall: number; processor: number }[] = [];
  const budgetSpent = () =>
    seconds === undefined
      ? used.processor > TIMING_SHARE * processorSeconds!
      : used.wall > TIMING_SHARE * seconds;
  for (let step = 0; timed.length < MOST_TIMED_STEPS; step++) {
    if (timed.length >= FEWEST_TIMED_STEPS && budgetSpent()) break;
    const moment = { step: ((step * GOLDEN_SECTION) % 1) * RUN_STEPS, steps: RUN_STEPS };
    const metrics = await takeStep(stepping, step, moment);
    const cost = { wall: metrics.seconds, processor: metrics.processorSeconds };
    used.wall += cost.wall;
    used.processor += cost.processor;
    if (step >= WARM_UP_STEPS) timed.push(cost);
  }
  loop.optimizer.restore(initial);
  const wall = median(timed.map((cost) => cost.wall));
  const processor = median(timed.map((cost) => cost.processor));
  const steps =
    seconds === undefined ? (processorSeconds! - used.processor) / processor : (seconds - used.wall) / wall;
  return {
    steps: Math.max(1, Math.floor(steps)),
    budget: {
      ...(seconds === undefined ? { processorSeconds } : { seconds }),
      measuredStepSeconds: wall,
      measuredStepProcessorSeconds: processor,
    },
  };
}

import type { StepperMethod, TrainingMoment } from '../../operators/index.js';

export const COLLAPSE_MONITOR_DEFAULTS = {
  /** Steps whose means are judged. */
  window: 50,
  /** Steps, and share of the run, before anything is. */
  after: 100,
  afterShare: 0.1,
  /** Largest share of tolerances at one bound. */
  atBound: 0.2,
  /** Least ‖J‖_F² of a state: about how many directions survive a step. */
  directions: 2,
  /** Misfit, in units of that of standing still, from which a model counts as one that does not predict. */
  misfit: 0.3,
  /** A model whose changes are so small a part of the data's stands still where its misfit is near that of doing so. */
  movement: 0.1,
  persistentMisfit: 0.85,
} as const;

type Figures = Readonly<Record<string, number>>;

/**
 * Watches a stepper in training for the three ways to give up that a Jacobian penalty opens, and reports each once, with its
 * figures: tolerances that stand at a bound (there they adapt nothing), a Jacobian that vanishes while nothing is predicted,
 * and a step that leaves states as they are.
 *
 * @param points of a state's grid
 * @returns to be called with the means of every step's batch
 */
export function collapseMonitor(
  method: StepperMethod,
  points: number,
  report: (warning: string) => void,
): (figures: Figures, moment: TrainingMoment) => void {
  const limits = COLLAPSE_MONITOR_DEFAULTS;
  const window: Figures[] = [];
  const told = new Set<string>();
  const { jacobian } = method;
  return (figures, { step, steps }) => {
    window.push(figures);
    if (window.length > limits.window) window.shift();
    const first = Math.max(limits.after, (limits.afterShare + (jacobian?.weightWarmUp ?? 0)) * steps);
    if (window.length < limits.window || step + 1 < first) return;
    const mean = (name: string) =>
      window.reduce((sum, each) => sum + (each[name] ?? Number.NaN), 0) / window.length;
    for (const [kind, text] of signs(mean)) {
      if (told.has(kind)) continue;
      told.add(kind);
      report(`trainStepper: step ${step + 1}, means of ${limits.window} steps: ${text}`);
    }
  };

  function* signs(mean: (name: string) => number): Generator<[kind: string, text: string]> {
    const [misfit, movement] = [mean('misfit'), mean('movement')];
    const relative = `a misfit of ${short(misfit)} (standing still has about 1)`;
    if (movement < limits.movement && misfit > limits.persistentMisfit) {
      yield [
        'persistence',
        `the model hardly changes states: ${short(movement)} of the data's squared change, with ${relative}; ` +
          (jacobian ? `lower weight ${jacobian.weight} of the Jacobian penalty` : 'raise the learning rate'),
      ];
    }
    if (!jacobian) return;
    const directions = mean('meanSize') * points;
    if (jacobian.target === 'zero' && directions < limits.directions && misfit > limits.misfit) {
      yield [
        'vanished',
        `the Jacobian has nearly vanished: ‖J‖² is ${short(directions)}, about as many of ${points} directions survive a step, ` +
          `with ${relative}; lower weight ${jacobian.weight}`,
      ];
    }
    for (const [side, bound] of jacobian.bounds.entries()) {
      const share = mean(side === 0 ? 'atLeast' : 'atMost');
      if (!(share > limits.atBound)) continue;
      const advice =
        side === 0
          ? `there the penalty is that of a uniform weight λ e^${short(-bound)}; lower weight or the bound, or use tolerance 'uniform'`
          : `there the penalty is off; raise weight or lower the bound`;
      yield [
        `bound ${side}`,
        `${(100 * share).toFixed(0)} % of the tolerances stand at their ${side === 0 ? 'lower' : 'upper'} bound ${bound} ` +
          `(mean s ${short(mean('meanTolerance'))}): ${advice}`,
      ];
    }
  }
}

const short = (value: number): string => String(Number(value.toPrecision(2)));

import type { TrainingMoment } from '../../operators/index.js';
import type { HostArray, Parameters, StepResult, TrainingStep } from '../../runtime/index.js';
import { stepOptimizer } from '../step-optimizer.js';
import type { Optimizer } from '../trainer.js';

/** A compiled step and the share of the run from which it is taken. */
export interface OptimizerStage {
  readonly from: number;
  readonly step: TrainingStep;
  /** Inputs that it reads; others of a batch are left out. */
  readonly inputs: readonly string[];
}

export interface StagedOptimizerOptions {
  /** Inputs that depend on the way through the run. */
  readonly scalars?: (moment: TrainingMoment) => Readonly<Record<string, number>>;
  /** Sees every step's figures. */
  readonly watch?: (metrics: StepResult['metrics'], moment: TrainingMoment) => void;
}

/** Compiled steps of one set of parameters that follow one another in a run, as one optimizer: the state goes along. */
export function stagedOptimizer(
  stages: readonly OptimizerStage[],
  like: Parameters,
  { scalars = () => ({}), watch }: StagedOptimizerOptions = {},
): Optimizer {
  const optimizers = stages.map(({ step }) => stepOptimizer(step, like));
  let active = 0;
  return {
    async run(batch, values, context) {
      const { moment } = context as { moment: TrainingMoment };
      const { step, steps } = moment;
      let wanted = 0;
      stages.forEach(({ from }, stage) => {
        if (from * steps <= step) wanted = stage;
      });
      if (wanted !== active) {
        stages[wanted].step.setState(stages[active].step.state());
        active = wanted;
      }
      const inputs: Record<string, HostArray> = {};
      const numbers = scalars(moment);
      for (const name of stages[active].inputs) {
        inputs[name] = name in numbers ? { shape: [], data: Float32Array.of(numbers[name]) } : batch[name];
      }
      const result = (await optimizers[active].run(inputs, values, context)) as StepResult;
      watch?.(result.metrics, moment);
      return result;
    },
    state: () => optimizers[active].state(),
    restore: (state) => optimizers[active].restore(state),
  };
}

import type { HostArray, Parameters, TrainingStep } from '../../runtime/index.js';
import { stepOptimizer } from '../step-optimizer.js';
import type { Optimizer } from '../trainer.js';

/** A compiled step and the share of the run from which it is taken. */
export interface OptimizerStage {
  readonly from: number;
  readonly step: TrainingStep;
  /** Inputs that it reads; others of a batch are left out. */
  readonly inputs: readonly string[];
}

/** Compiled steps of one set of parameters that follow one another in a run, as one optimizer: the state goes along. */
export function stagedOptimizer(stages: readonly OptimizerStage[], like: Parameters): Optimizer {
  const optimizers = stages.map(({ step }) => stepOptimizer(step, like));
  let active = 0;
  return {
    run(batch, values, context) {
      const { step, steps } = (context as { moment: { step: number; steps: number } }).moment;
      let wanted = 0;
      stages.forEach(({ from }, stage) => {
        if (from * steps <= step) wanted = stage;
      });
      if (wanted !== active) {
        stages[wanted].step.setState(stages[active].step.state());
        active = wanted;
      }
      const inputs: Record<string, HostArray> = {};
      for (const name of stages[active].inputs) inputs[name] = batch[name];
      return optimizers[active].run(inputs, values, context);
    },
    state: () => optimizers[active].state(),
    restore: (state) => optimizers[active].restore(state),
  };
}

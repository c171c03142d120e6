import { type Parameters, packParameters, type TrainingStep, unpackParameters } from '../runtime/index.js';
import type { Optimizer } from './trainer.js';

/**
 * A compiled training step as the loop's optimizer; `like` gives the parameters' names, order and shapes. The loop saves and
 * restores between two updates only, so gradients that are still being added up are no part of its state.
 */
export function stepOptimizer(step: TrainingStep, like: Parameters): Optimizer {
  return {
    batchesPerStep: step.accumulate,
    run: (batch, values, context) => step.run(batch, values, context),
    state() {
      const { parameters, firstMoment, secondMoment, step: steps, average } = step.state();
      return {
        step: steps,
        parameters: unpackParameters(parameters, like),
        firstMoments: unpackParameters(firstMoment, like),
        secondMoments: unpackParameters(secondMoment, like),
        ...(average ? { average: unpackParameters(average, like) } : {}),
      };
    },
    restore({ step: steps, parameters, firstMoments, secondMoments, average }) {
      const { accumulated } = step.state();
      step.setState({
        step: steps,
        parameters: packParameters(parameters),
        firstMoment: packParameters(firstMoments),
        secondMoment: packParameters(secondMoments),
        ...(average ? { average: packParameters(average) } : {}),
        ...(accumulated ? { accumulated: { batches: 0, gradient: accumulated.gradient.fill(0) } } : {}),
      });
    },
  };
}

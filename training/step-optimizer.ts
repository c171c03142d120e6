import { type Parameters, packParameters, type TrainingStep, unpackParameters } from '../runtime/index.js';
import type { Optimizer } from './trainer.js';

/** A compiled training step as the loop's optimizer; `like` gives the parameters' names, order and shapes. */
export function stepOptimizer(step: TrainingStep, like: Parameters): Optimizer {
  return {
    run: (batch, values, context) => step.run(batch, values, context),
    state() {
      const { parameters, firstMoment, secondMoment, step: steps } = step.state();
      return {
        step: steps,
        parameters: unpackParameters(parameters, like),
        firstMoments: unpackParameters(firstMoment, like),
        secondMoments: unpackParameters(secondMoment, like),
      };
    },
    restore(state) {
      step.setState({
        step: state.step,
        parameters: packParameters(state.parameters),
        firstMoment: packParameters(state.firstMoments),
        secondMoment: packParameters(state.secondMoments),
      });
    },
  };
}

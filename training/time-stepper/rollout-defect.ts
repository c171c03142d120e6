import { frameOf, frameSize, type Trajectories } from '../../datasets/index.js';
import type { DifferentiableStepper } from '../../solvers/index.js';

/**
 * ‖û^{n+1} − Φ(û^n)‖/‖û^n‖ with the solver's step Φ: the error that the model makes in this step on its own state. Root mean
 * square over the trajectories that are finite, for n = 0 … frames − 2.
 */
export function oneStepDefects(
  predicted: Trajectories,
  solverFor: (viscosity: number) => Pick<DifferentiableStepper, 'step'>,
): Float64Array {
  const size = frameSize(predicted);
  const sums = new Float64Array(predicted.frames - 1);
  const counts = new Float64Array(predicted.frames - 1);
  for (let trajectory = 0; trajectory < predicted.trajectories; trajectory++) {
    const solver = solverFor(predicted.viscosity[trajectory]);
    let frames = 0;
    while (frames < predicted.frames && frameOf(predicted, trajectory, frames).every(bounded)) frames++;
    if (frames < 2) continue;
    const states = new Float64Array((frames - 1) * size);
    for (let n = 0; n < frames - 1; n++) states.set(frameOf(predicted, trajectory, n), n * size);
    const next = solver.step(states, predicted.interval);
    for (let n = 0; n < frames - 1; n++) {
      const answer = frameOf(predicted, trajectory, n + 1);
      let [difference, norm] = [0, 0];
      for (let i = 0; i < size; i++) {
        difference += (answer[i] - next[n * size + i]) ** 2;
        norm += states[n * size + i] ** 2;
      }
      sums[n] += difference / norm;
      counts[n]++;
    }
  }
  return sums.map((sum, n) => Math.sqrt(sum / counts[n]));
}

/** Beyond it a solver needs more steps than anyone waits for. */
const bounded = (value: number) => Math.abs(value) < 100;

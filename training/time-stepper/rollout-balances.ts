import { frameOf, type Trajectories } from '../../datasets/index.js';
import { energySpectrum } from './rollout-spectrum.js';

export interface Balances {
  /** max_n |mean û^n − mean û^0| over frames and components, largest over the trajectories */
  readonly massDrift: number;
  /** Largest total variation of û over that of the reference at the same frame, mean over the trajectories */
  readonly totalVariationRatio: number;
  /** Steps in which Σ|û_{i+1} − û_i| grows by more than 10⁻⁴ of itself, as a share */
  readonly variationGrowth: number;
  /** Steps in which max û rises or min û falls by more than 10⁻⁴ of the range, as a share */
  readonly extremaGrowth: number;
  /** Steps in which ½⟨û²⟩ grows by more than 10⁻⁶ of itself, as a share */
  readonly energyGrowth: number;
  /** Root mean square of ½⟨û²⟩^{n+1} − ½⟨û²⟩^n + ½νΔt(⟨û_x²⟩^n + ⟨û_x²⟩^{n+1}) over ½⟨û²⟩^n */
  readonly energyResidual: number;
}

const ROUNDING = { variation: 1e-4, extrema: 1e-4, energy: 1e-6 };

/** The laws of Burgers' equation without forcing on a periodic axis, along roll-outs that stayed finite. */
export function burgersBalances(predicted: Trajectories, reference: Trajectories): Balances {
  const { trajectories, frames, interval, length } = predicted;
  let [massDrift, ratios, counted] = [0, 0, 0];
  let [steps, variationGrowth, extremaGrowth, energyGrowth, residuals] = [0, 0, 0, 0, 0];
  for (let trajectory = 0; trajectory < trajectories; trajectory++) {
    const states = Array.from({ length: frames }, (_, frame) => frameOf(predicted, trajectory, frame));
    if (!states.every((state) => state.every(Number.isFinite))) continue;
    const all = states.map((state) => measures(state, length[0]));
    const ratio = all.map(
      ({ variation }, frame) => variation / totalVariation(frameOf(reference, trajectory, frame)),
    );
    ratios += Math.max(...ratio);
    counted++;
    massDrift = Math.max(massDrift, ...all.map(({ mean }) => Math.abs(mean - all[0].mean)));
    for (let n = 1; n < frames; n++) {
      const [before, now] = [all[n - 1], all[n]];
      const slack = ROUNDING.extrema * (before.most - before.least);
      steps++;
      variationGrowth += Number(now.variation > before.variation * (1 + ROUNDING.variation));
      extremaGrowth += Number(now.most > before.most + slack || now.least < before.least - slack);
      energyGrowth += Number(now.energy > before.energy * (1 + ROUNDING.energy));
      residuals += energyLawResidual(before, now, predicted.viscosity[trajectory], interval) ** 2;
    }
  }
  return {
    massDrift,
    totalVariationRatio: ratios / counted,
    variationGrowth: variationGrowth / steps,
    extremaGrowth: extremaGrowth / steps,
    energyGrowth: energyGrowth / steps,
    energyResidual: Math.sqrt(residuals / steps),
  };
}

/** Means over the trajectories that stayed finite, by frame; the residual of the energy law is that of the step before it. */
export interface BalanceCurves {
  /** ½⟨u²⟩ */
  readonly energy: Float64Array;
  /** Σ|u_{i+1} − u_i| */
  readonly variation: Float64Array;
  /** Root mean square over the trajectories, over the energy of the frame before; 0 at frame 0 */
  readonly energyResidual: Float64Array;
}

/** The same laws frame by frame. */
export function balanceCurves(data: Trajectories): BalanceCurves {
  const { trajectories, frames, interval, length, viscosity } = data;
  const [energy, variation, residual] = [0, 1, 2].map(() => new Float64Array(frames));
  let counted = 0;
  for (let trajectory = 0; trajectory < trajectories; trajectory++) {
    const states = Array.from({ length: frames }, (_, frame) => frameOf(data, trajectory, frame));
    if (!states.every((state) => state.every(Number.isFinite))) continue;
    counted++;
    const all = states.map((state) => measures(state, length[0]));
    all.forEach((now, n) => {
      energy[n] += now.energy;
      variation[n] += now.variation;
      if (n > 0) residual[n] += energyLawResidual(all[n - 1], now, viscosity[trajectory], interval) ** 2;
    });
  }
  return {
    energy: energy.map((sum) => sum / counted),
    variation: variation.map((sum) => sum / counted),
    energyResidual: residual.map((sum) => Math.sqrt(sum / counted)),
  };
}

type Measures = ReturnType<typeof measures>;

/** What a step gains beside what viscosity takes, by the trapezoidal rule, over the energy before it. */
function energyLawResidual(before: Measures, now: Measures, viscosity: number, interval: number): number {
  const lost = 0.5 * viscosity * interval * (before.dissipation + now.dissipation);
  return (now.energy - before.energy + lost) / before.energy;
}

function measures(state: Float32Array, length: number) {
  const points = state.length;
  let [mean, energy, most, least] = [0, 0, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const value of state) {
    mean += value / points;
    energy += (0.5 * value * value) / points;
    most = Math.max(most, value);
    least = Math.min(least, value);
  }
  // ⟨u_x²⟩ by Parseval, both signs of k
  const dissipation = energySpectrum(state).reduce(
    (sum, part, k) => sum + (2 * k === points ? 0 : 2 * ((2 * Math.PI * k) / length) ** 2 * part),
    0,
  );
  return { mean, energy, most, least, dissipation, variation: totalVariation(state) };
}

/** Σ_i |u_{i+1} − u_i| around a periodic axis. */
export function totalVariation(field: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < field.length; i++) sum += Math.abs(field[(i + 1) % field.length] - field[i]);
  return sum;
}

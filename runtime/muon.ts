import { InvalidInputError } from '../common/errors.js';
import { ADAM_DEFAULTS, type AdamOptions, adamScalars, adamUpdate } from './adam.js';
import { decayed, type Optimizer, type OptimizerState } from './optimizer.js';
import type { Parameters } from './parameters.js';
import { tf } from './tf.js';

export interface MuonOptions {
  /** μ, decay of the momentum of the matrices. */
  readonly momentum?: number;
  /** Newton–Schulz iterations of an update. */
  readonly iterations?: number;
  /** Decoupled weight decay of the matrices: W shrinks by learning rate × decay. */
  readonly weightDecay?: number;
  /** Settings of Adam, which updates everything that is no matrix. */
  readonly adam?: AdamOptions;
  /** Which parameters are matrices in the sense of the method; only those with two axes can be. */
  readonly isMatrix?: (name: string, shape: readonly number[]) => boolean;
}

export const MUON_DEFAULTS = {
  momentum: 0.95,
  iterations: 5,
  weightDecay: 0,
  isMatrix: (_name: string, shape: readonly number[]): boolean => Math.min(...shape) > 1,
};

/** Coefficients of Jordan et al. 2024: singular values land in about [0.7, 1.2] after five iterations. */
const [A, B, C] = [3.4445, -4.775, 2.0315];

/**
 * X₀ = G/‖G‖, X ← a X + (b S + c S²) X with S = X Xᵀ: pushes all singular values towards 1, so that G = U Σ Vᵀ becomes
 * about U Vᵀ. `matrices` is a stack [count, rows, columns]; each is treated alone.
 */
export function newtonSchulz(matrices: tf.Tensor, iterations: number): tf.Tensor {
  const tall = matrices.shape[1]! > matrices.shape[2]!;
  const wide = tall ? tf.transpose(matrices, [0, 2, 1]) : matrices;
  const norms = tf.sqrt(tf.sum(tf.square(wide), [1, 2], true));
  let x: tf.Tensor = tf.div(wide, tf.add(norms, 1e-7));
  for (let i = 0; i < iterations; i++) {
    const s = tf.matMul(x, x, false, true);
    const polynomial = tf.add(tf.mul(s, B), tf.mul(tf.matMul(s, s), C));
    x = tf.add(tf.mul(x, A), tf.matMul(polynomial, x));
  }
  return tall ? tf.transpose(x, [0, 2, 1]) : x;
}

/**
 * Muon (Jordan et al. 2024) on matrices, Adam on the rest:
 *
 *     m' = μ m + (1 − μ) g,   u = μ m' + (1 − μ) g,   W' = (1 − η λ) W − η 0.2 √max(rows, columns) · NS(u)
 *
 * The factor gives updates the size of Adam's (Liu et al. 2025), so one learning rate serves both. Matrices of one shape
 * are orthogonalised as one stack. The momentum lies in the first moment of the state; matrices have no second moment.
 *
 * @throws InvalidInputError when momentum or iterations are out of range.
 */
export function muon(options: MuonOptions = {}): Optimizer {
  const { momentum, iterations, weightDecay, isMatrix } = { ...MUON_DEFAULTS, ...options };
  const adam = { ...ADAM_DEFAULTS, ...options.adam };
  if (!(momentum >= 0 && momentum < 1))
    throw new InvalidInputError(`muon: momentum must lie in [0, 1), got ${momentum}`);
  if (!(Number.isInteger(iterations) && iterations > 0))
    throw new InvalidInputError(`muon: iterations must be a positive integer, got ${iterations}`);

  const updateStack = (
    { parameters, firstMoment, secondMoment }: Required<OptimizerState>,
    gradient: tf.Tensor,
    learningRate: tf.Tensor,
  ): Required<OptimizerState> => {
    const blend = (kept: tf.Tensor, fresh: tf.Tensor) =>
      tf.add(tf.mul(kept, momentum), tf.mul(fresh, 1 - momentum));
    const next = blend(firstMoment, gradient);
    const direction = newtonSchulz(blend(next, gradient), iterations);
    const scale = 0.2 * Math.sqrt(Math.max(...parameters.shape.slice(1)));
    return {
      parameters: tf.sub(
        decayed(parameters, learningRate, weightDecay),
        tf.mul(tf.mul(learningRate, scale), direction),
      ),
      firstMoment: next,
      secondMoment,
    };
  };

  return {
    moments: ['firstMoment', 'secondMoment'],
    scalars: adamScalars(adam.beta2),
    update(state, gradient, scalars, like) {
      const names = Object.keys(like);
      const groups = new Map<string, string[]>();
      for (const name of names) {
        const { shape } = like[name];
        const kind = shape.length === 2 && isMatrix(name, shape) ? shape.join('×') : 'rest';
        groups.set(kind, [...(groups.get(kind) ?? []), name]);
      }
      const pieces = {
        parameters: piecesOf(state.parameters, like),
        firstMoment: piecesOf(state.firstMoment!, like),
        secondMoment: piecesOf(state.secondMoment!, like),
      };
      const gradients = piecesOf(gradient, like);
      const next: Record<keyof typeof pieces, Record<string, tf.Tensor>> = {
        parameters: {},
        firstMoment: {},
        secondMoment: {},
      };
      for (const [kind, members] of groups) {
        const shape = kind === 'rest' ? [-1] : [members.length, ...like[members[0]].shape];
        const gathered = (of: Record<string, tf.Tensor>) =>
          tf.reshape(tf.concat(members.map((name) => of[name])), shape);
        const part: Required<OptimizerState> = {
          parameters: gathered(pieces.parameters),
          firstMoment: gathered(pieces.firstMoment),
          secondMoment: gathered(pieces.secondMoment),
        };
        const updated =
          kind === 'rest'
            ? adamUpdate(part, gathered(gradients), scalars, adam)
            : updateStack(part, gathered(gradients), scalars.learningRate);
        const own = Object.fromEntries(members.map((name) => [name, like[name]]));
        for (const name of ['parameters', 'firstMoment', 'secondMoment'] as const)
          Object.assign(next[name], piecesOf(tf.reshape(updated[name], [-1]), own));
      }
      const packed = (of: Record<string, tf.Tensor>) => tf.concat(names.map((name) => of[name]));
      return {
        parameters: packed(next.parameters),
        firstMoment: packed(next.firstMoment),
        secondMoment: packed(next.secondMoment),
      };
    },
  };
}

/** The packed vector cut into one vector per parameter. */
function piecesOf(vector: tf.Tensor, like: Parameters): Record<string, tf.Tensor> {
  const parts = tf.split(
    vector,
    Object.values(like).map(({ values }) => values.length),
  );
  return Object.fromEntries(Object.keys(like).map((name, index) => [name, parts[index]]));
}

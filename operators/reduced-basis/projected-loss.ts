import { InvalidInputError } from '../../common/errors.js';
import { DivergenceError } from '../../runtime/errors.js';
import type { HostArray } from '../../runtime/graph.js';
import { hostCall } from '../../runtime/host-call.js';
import { tf } from '../../runtime/tf.js';
import { scalarWithGradient } from '../losses/custom-gradient.js';
import {
  type FieldLoss,
  float32Result,
  type SupervisionContext,
  type SupervisionSample,
  supervisionMoment,
  supervisionSamples,
  type TrainingMoment,
} from '../losses/supervision.js';
import { answerThrough } from './answer-space.js';
import { type EnergyParts, type EnergyRequest, energyParts } from './energy-parts.js';
import { answerSpace } from './expert-space.js';
import { PROJECTION_DEFAULTS, type ProjectionOptions, projectionOptionsOf } from './projection.js';

/** Energies of a batch's samples, in order; asynchronous where worker threads compute them. */
export type EvaluateEnergies = (requests: readonly EnergyRequest[]) => EnergyParts[] | Promise<EnergyParts[]>;

export interface ProjectedLossOptions extends ProjectionOptions {
  /** Right-hand sides of every sample: encoding sees no source, so several cost little more than one. */
  readonly sources: number;
  /** Who evaluates the Ritz energy; the calling thread by default, and always in eager runs. */
  readonly energies: EvaluateEnergies;
}

const onThisThread: EvaluateEnergies = (requests) => requests.map(energyParts);

export const PROJECTED_LOSS_DEFAULTS: ProjectedLossOptions = {
  ...PROJECTION_DEFAULTS,
  sources: 1,
  energies: onThisThread,
};

/**
 * The loss of the Ritz projection on a basis Φ `[batch, cells, r]`, as a scalar tensor with the exact gradient: the
 * host solves and returns the cotangent in factors, the graph multiplies them, Φ̄ = LᵀR + T. Of experts, whose factors
 * differ from part to part, it returns the cotangent itself.
 *
 * With the loss `ritzEnergy()` it is the projection's own: mean of −½ log(bᵀu / bᵀD⁻¹b), whose gradient
 * −½ d(bᵀu)/(bᵀu) weighs every source by its relative energy; other losses see the projected fields.
 *
 * Samples are read from the running step's context; an eager caller passes them as `context`.
 */
export function projectedLoss(
  loss: FieldLoss,
  basis: tf.Tensor,
  options: Partial<ProjectedLossOptions> = {},
  context?: SupervisionContext,
): tf.Scalar {
  const complete = { ...PROJECTED_LOSS_DEFAULTS, ...options };
  const factors = complete.sources * (loss.name === 'ritz-energy' ? 1 : 2);
  const [batch, cells, rank] = basis.shape;
  const evaluate = ([array]: HostArray[], running: unknown) =>
    evaluateOnHost(loss, complete, factors, array, running, context);
  const scalar = { shape: [], dtype: 'float32' } as const;
  if (complete.experts) {
    const [value, image] = hostCall(evaluate, [basis], [scalar, basis]);
    return scalarWithGradient(basis, value, [image], ([cotangent]) => cotangent);
  }
  const [value, ...parts] = hostCall(
    evaluate,
    [basis],
    [
      scalar,
      { shape: [batch, factors, cells], dtype: 'float32' },
      { shape: [batch, factors, rank], dtype: 'float32' },
      basis,
    ],
  );
  return scalarWithGradient(basis, value, parts, ([left, right, image]) =>
    tf.add(tf.matMul(left, right, true, false), image),
  );
}

function evaluateOnHost(
  loss: FieldLoss,
  options: ProjectedLossOptions,
  factors: number,
  array: HostArray,
  running: unknown,
  context: SupervisionContext | undefined,
): HostArray[] | Promise<HostArray[]> {
  const [batch, cells, rank] = array.shape;
  const samples = supervisionSamples(running ?? context, batch, `operators.${loss.name}`);
  requireSources(samples, options.sources);
  const data = array.data as Float32Array;
  const bases = samples.map(({ operator }, b) => {
    const start = b * cells * rank;
    return data.subarray(start, start + Math.min(cells, operator.matrix.rows) * rank);
  });
  requireFinite(bases);
  const pack = (parts: readonly EnergyParts[]) =>
    options.experts ? packedImages(parts, array.shape) : packed(parts, array.shape, factors);
  if (loss.name !== 'ritz-energy') {
    const moment = supervisionMoment(running ?? context);
    return pack(fieldParts(loss, samples, bases, rank, options, moment));
  }
  const requests = samples.map(({ operator, rightHandSides }, b) => ({
    operator,
    basis: bases[b],
    rank,
    rightHandSides,
    options: projectionOptionsOf(options),
    count: batch * options.sources,
  }));
  const parts = (running === undefined ? onThisThread : options.energies)(requests);
  return parts instanceof Promise ? parts.then(pack) : pack(parts);
}

/** A loss on fields, evaluated on the projected ones of the whole batch. */
function fieldParts(
  loss: FieldLoss,
  samples: readonly SupervisionSample[],
  bases: readonly Float32Array[],
  rank: number,
  options: ProjectionOptions,
  moment: TrainingMoment | undefined,
): EnergyParts[] {
  const spaces = samples.map(({ operator }, b) => answerSpace(operator, bases[b], rank, options));
  const projected = spaces.map((space, b) => answerThrough(space, samples[b].rightHandSides));
  const { value, cotangents } = loss.evaluate(
    samples,
    projected.map(({ fields }) => fields),
    moment,
  );
  return spaces.map((space, b) => ({
    value: b === 0 ? value : 0,
    ...space.fieldCotangent(projected[b], cotangents[b]),
  }));
}

/** Value and cotangents alone. */
function packedImages(parts: readonly EnergyParts[], shape: readonly number[]): HostArray[] {
  const [, cells, rank] = shape;
  const image = float32Result(shape);
  parts.forEach((part, b) => {
    (image.data as Float32Array).set(part.image, b * cells * rank);
  });
  const value = parts.reduce((sum, part) => sum + part.value, 0);
  return [float32Result([], Float32Array.of(value)), image];
}

/** Samples' parts side by side, padded with zeros to the largest mesh. */
function packed(
  parts: readonly EnergyParts[],
  [batch, cells, rank]: readonly number[],
  factors: number,
): HostArray[] {
  const left = float32Result([batch, factors, cells]);
  const right = float32Result([batch, factors, rank]);
  const image = float32Result([batch, cells, rank]);
  let value = 0;
  parts.forEach((part, b) => {
    value += part.value;
    const rows = part.left.length / factors;
    for (let k = 0; k < factors; k++) {
      (left.data as Float32Array).set(
        part.left.subarray(k * rows, (k + 1) * rows),
        (b * factors + k) * cells,
      );
    }
    (right.data as Float32Array).set(part.right, b * factors * rank);
    (image.data as Float32Array).set(part.image, b * cells * rank);
  });
  return [float32Result([], Float32Array.of(value)), left, right, image];
}

/** A sum of squares is not finite as soon as one value is not. */
function requireFinite(bases: readonly Float32Array[]): void {
  bases.forEach((basis, b) => {
    let sum = 0;
    for (let at = 0; at < basis.length; at++) sum += basis[at] * basis[at];
    if (Number.isFinite(sum)) return;
    throw new DivergenceError(
      `projectedLoss: the basis of sample ${b} holds values that are not finite; use a smaller learning rate`,
    );
  });
}

function requireSources(samples: readonly SupervisionSample[], sources: number): void {
  samples.forEach(({ rightHandSides }, b) => {
    if (rightHandSides.length === sources) return;
    throw new InvalidInputError(
      `projectedLoss: expected ${sources} right-hand sides in every sample, sample ${b} has ${rightHandSides.length}; ` +
        'set the option sources to the number drawn',
    );
  });
}

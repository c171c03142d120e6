import { InvalidInputError } from '../../common/errors.js';
import type { HostArray } from '../../runtime/graph.js';
import { hostCall } from '../../runtime/host-call.js';
import { tf } from '../../runtime/tf.js';
import { diagonal } from '../../solvers/index.js';
import { scalarWithGradient } from '../losses/custom-gradient.js';
import {
  type FieldLoss,
  float32Result,
  type SupervisionContext,
  type SupervisionSample,
  supervisionSamples,
} from '../losses/supervision.js';
import { gramProduct } from './dense-products.js';
import { fromPanels, type Panels } from './panels.js';
import {
  type BasisProjection,
  factoriseGram,
  PROJECTION_DEFAULTS,
  type ProjectedFields,
  type ProjectionOptions,
  prepareBasis,
  projectFields,
} from './projection.js';
import { type BasisCotangent, energyCotangent, fieldCotangent, smoothedImage } from './projection-adjoint.js';

/** Gram product of one mesh, ΦᵀBΦ row-major; asynchronous where another engine computes it. */
export type GramProduct = (basis: Panels, image: Panels) => Float64Array | Promise<Float64Array>;

export interface ProjectedLossOptions extends ProjectionOptions {
  /** Right-hand sides of every sample: encoding sees no source, so several cost little more than one. */
  readonly sources: number;
  /** Who multiplies the dense matrices; TypeScript by default, and always in eager runs. */
  readonly gram: GramProduct;
}

export const PROJECTED_LOSS_DEFAULTS: ProjectedLossOptions = {
  ...PROJECTION_DEFAULTS,
  sources: 1,
  gram: gramProduct,
};

/**
 * The loss of the Ritz projection on a basis Φ `[batch, cells, r]`, as a scalar tensor with the exact gradient: the
 * host solves and returns the cotangent in factors, the graph multiplies them, Φ̄ = LᵀR + T.
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
  const [value, ...parts] = hostCall(
    ([array], running) => evaluateOnHost(loss, complete, factors, array, running, context),
    [basis],
    [
      { shape: [], dtype: 'float32' },
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
  const prepared = samples.map(({ operator }, b) =>
    prepareBasis(operator, array.data as Float32Array, rank, options, b * cells * rank),
  );
  const gram = running === undefined ? gramProduct : options.gram;
  const grams = prepared.map(({ basis, image }) => gram(basis, image));
  const finish = (products: Float64Array[]) => {
    const projections = prepared.map((one, b) => factoriseGram(one, products[b], options));
    return packed(evaluateProjections(loss, samples, projections), projections, array.shape, factors);
  };
  if (grams.some((product) => product instanceof Promise)) return Promise.all(grams).then(finish);
  return finish(grams as Float64Array[]);
}

interface Evaluation {
  readonly value: number;
  readonly cotangents: readonly BasisCotangent[];
}

function evaluateProjections(
  loss: FieldLoss,
  samples: readonly SupervisionSample[],
  projections: readonly BasisProjection[],
): Evaluation {
  const projected = projections.map((projection, b) => projectFields(projection, samples[b].rightHandSides));
  if (loss.name === 'ritz-energy') return projectedEnergy(samples, projections, projected);
  const { value, cotangents } = loss.evaluate(
    samples,
    projected.map(({ fields }) => fields),
  );
  return {
    value,
    cotangents: projections.map((projection, b) => fieldCotangent(projection, projected[b], cotangents[b])),
  };
}

function projectedEnergy(
  samples: readonly SupervisionSample[],
  projections: readonly BasisProjection[],
  projected: readonly ProjectedFields[],
): Evaluation {
  const count = projected.reduce((sum, { energies }) => sum + energies.length, 0);
  let value = 0;
  const cotangents = projections.map((projection, b) => {
    const diagonalEntries = diagonal(samples[b].operator.matrix);
    const weights = projected[b].energies.map((energy, s) => {
      const scale = pointwiseEnergy(samples[b].rightHandSides[s], diagonalEntries);
      // a source of zero has nothing to gain
      if (!(energy > 0) || !(scale > 0)) return 0;
      value -= Math.log(energy / scale) / (2 * count);
      return 1 / (energy * count);
    });
    return energyCotangent(projection, projected[b], weights);
  });
  return { value, cotangents };
}

/** bᵀD⁻¹b, which gives the logarithm a dimensionless argument. */
function pointwiseEnergy(load: Float64Array, diagonalEntries: Float64Array): number {
  let energy = 0;
  for (let cell = 0; cell < load.length; cell++) energy += load[cell] ** 2 / diagonalEntries[cell];
  return energy;
}

function packed(
  { value, cotangents }: Evaluation,
  projections: readonly BasisProjection[],
  [batch, cells, rank]: readonly number[],
  factors: number,
): HostArray[] {
  const left = float32Result([batch, factors, cells]);
  const right = float32Result([batch, factors, rank]);
  const image = float32Result([batch, cells, rank]);
  cotangents.forEach((cotangent, b) => {
    cotangent.left.forEach((vector, k) => {
      (left.data as Float32Array).set(vector, (b * factors + k) * cells);
    });
    cotangent.right.forEach((vector, k) => {
      (right.data as Float32Array).set(vector, (b * factors + k) * rank);
    });
    const scaled = smoothedImage(projections[b]);
    const { imageWeight } = cotangent;
    for (let i = 0; i < scaled.values.length; i++) scaled.values[i] *= imageWeight;
    fromPanels(scaled, image.data as Float32Array, b * cells * rank);
  });
  return [float32Result([], Float32Array.of(value)), left, right, image];
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

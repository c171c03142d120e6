import type { DifferentiableSpace } from './answer-space.js';
import { coupledProjection, coupledSpace } from './coupled-projection.js';
import { expertOptions } from './expert-options.js';
import { independentSpace } from './independent-experts.js';
import { fromPanels } from './panels.js';
import {
  type BasisProjection,
  denseSpace,
  PROJECTION_DEFAULTS,
  type ProjectionOperator,
  type ProjectionOptions,
  projectionOf,
} from './projection.js';
import { type BasisCotangent, energyCotangent, fieldCotangent, smoothedImage } from './projection-adjoint.js';

/**
 * The answers that a network's fields give under the options: one projection, or experts where `options.experts` is set.
 *
 * @param values the fields, row-major `[cell][n]`
 */
export function answerSpace(
  operator: ProjectionOperator,
  values: Float32Array | Float64Array,
  n: number,
  options: Partial<ProjectionOptions>,
): DifferentiableSpace {
  const complete = { ...PROJECTION_DEFAULTS, ...options };
  if (!complete.experts) return differentiable(projectionOf(operator, values, n, complete));
  const experts = expertOptions(complete.experts);
  return experts.mode === 'coupled'
    ? coupledSpace(coupledProjection(operator, values, n, experts, complete))
    : independentSpace(operator, values, n, experts.count, complete);
}

function differentiable(projection: BasisProjection): DifferentiableSpace {
  return {
    ...denseSpace(projection),
    energyCotangent: (projected, weights) =>
      written(projection, energyCotangent(projection, projected, weights)),
    fieldCotangent: (projected, cotangents) =>
      written(projection, fieldCotangent(projection, projected, cotangents)),
  };
}

function written(projection: BasisProjection, cotangent: BasisCotangent) {
  const { rows, columns: rank } = projection.basis;
  const left = new Float32Array(cotangent.left.length * rows);
  const right = new Float32Array(cotangent.right.length * rank);
  cotangent.left.forEach((vector, k) => {
    left.set(vector, k * rows);
  });
  cotangent.right.forEach((vector, k) => {
    right.set(vector, k * rank);
  });
  const image = fromPanels(smoothedImage(projection), new Float32Array(rows * rank));
  for (let at = 0; at < image.length; at++) image[at] *= cotangent.imageWeight;
  return { left, right, image };
}

import type { FieldLoss, TrainingMoment } from '../operators/index.js';
import { multiply, removeVolumeMean } from '../solvers/index.js';
import { dot, norm } from '../solvers/vectors.js';
import type { EvaluationSample } from './evaluation-samples.js';

/** How well a loss knows the error of one field. */
export interface ProxyQuality {
  /** ‖d‖/‖e‖ with e = u − û and d the loss's own idea of it, where it has one: volume-weighted L², and energy norm. */
  readonly proxyL2?: number;
  readonly proxyEnergy?: number;
  /** cos(−∂L/∂û, e) of cell vectors */
  readonly descentCosine: number;
}

/** Undefined where the field is the answer. In singular problems e has zero volume mean, as d has. */
export function proxyQuality(
  loss: FieldLoss,
  { operator, rightHandSide, reference }: EvaluationSample,
  field: Float64Array,
  moment?: TrainingMoment,
): ProxyQuality | undefined {
  const { matrix, mesh, singular } = operator;
  const error = reference.map((value, cell) => value - field[cell]);
  if (singular) removeVolumeMean(error, mesh.cellVolumes);
  const size = norm(error);
  if (!(size > 0)) return undefined;
  const sample = { operator, rightHandSides: [rightHandSide], solutions: [reference] };
  const [[cotangent]] = loss.evaluate([sample], [[field]], moment).cotangents;
  const descent = norm(cotangent);
  const descentCosine = descent > 0 ? -dot(cotangent, error) / (descent * size) : 0;
  const proxy = loss.errorProxy?.(sample, [field], moment)[0];
  if (!proxy) return { descentCosine };
  const lengths = (vector: Float64Array) => [
    Math.sqrt(vector.reduce((sum, value, cell) => sum + mesh.cellVolumes[cell] * value * value, 0)),
    Math.sqrt(Math.max(0, dot(vector, multiply(matrix, vector)))),
  ];
  const [[proxyL2, proxyEnergy], [l2, energy]] = [lengths(proxy), lengths(error)];
  return { proxyL2: proxyL2 / l2, proxyEnergy: proxyEnergy / energy, descentCosine };
}

/** Means over fields that are not answers yet. */
export function meanProxyQuality(qualities: readonly (ProxyQuality | undefined)[]): ProxyQuality {
  const known = qualities.filter((quality) => quality !== undefined);
  const mean = (pick: (quality: ProxyQuality) => number) =>
    known.reduce((sum, quality) => sum + pick(quality), 0) / Math.max(1, known.length);
  const descentCosine = mean((quality) => quality.descentCosine);
  if (known.length === 0 || known.some(({ proxyL2 }) => proxyL2 === undefined)) return { descentCosine };
  return {
    proxyL2: mean((quality) => quality.proxyL2!),
    proxyEnergy: mean((quality) => quality.proxyEnergy!),
    descentCosine,
  };
}

import { multiply } from '../../solvers/index.js';
import { norm } from '../../solvers/vectors.js';
import { countFields, countValues, pooledNorm, residual, unweighted, type Weigh } from './distance.js';
import type { FieldLoss, LossValue, SupervisionSample } from './supervision.js';

/**
 * The size of r = b − Bû, volume-integrated as B is: `rms` √(Σr²/N) and `norm` √Σr² over the batch (NPSolver's),
 * `volume` √(mean over fields of Σ r²/V / ΣV), the L² norm of the residual per unit volume,
 * `relative` √(mean over fields of ‖r‖²/‖b‖²).
 */
export type ResidualMeasure = (typeof RESIDUAL_MEASURES)[number];

export const RESIDUAL_MEASURES = ['rms', 'norm', 'volume', 'relative'] as const;

export interface ResidualLossOptions {
  readonly measure: ResidualMeasure;
}

export const RESIDUAL_LOSS_DEFAULTS: ResidualLossOptions = { measure: 'rms' };

/** The size of the residual, the plain physics-informed loss; the Hessian of its square is B². */
export function residualLoss(options: Partial<ResidualLossOptions> = {}): FieldLoss {
  const { measure } = { ...RESIDUAL_LOSS_DEFAULTS, ...options };
  return {
    name: 'residual',
    options: { measure },
    evaluate: (samples, fields) => evaluateResidual(samples, fields, measure),
  };
}

export function evaluateResidual(
  samples: readonly SupervisionSample[],
  fields: readonly (readonly Float64Array[])[],
  measure: ResidualMeasure,
): LossValue {
  const residuals = fields.map((sources, b) =>
    sources.map((field, s) => residual(samples[b].operator.matrix, samples[b].rightHandSides[s], field)),
  );
  if (measure === 'relative') {
    residuals.forEach((sources, b) => {
      sources.forEach((vector, s) => {
        scaleBy(vector, loadScale(samples[b], s));
      });
    });
  }
  const { value, cotangents } = pooled(samples, residuals, measure);
  return {
    value,
    cotangents: cotangents.map((sources, b) =>
      sources.map((cotangent, s) => {
        const scale = measure === 'relative' ? loadScale(samples[b], s) : 1;
        return scaleBy(multiply(samples[b].operator.matrix, cotangent), -scale);
      }),
    ),
  };
}

function pooled(
  samples: readonly SupervisionSample[],
  residuals: readonly (readonly Float64Array[])[],
  measure: ResidualMeasure,
): LossValue {
  if (measure === 'volume') return pooledNorm(residuals, perVolume(samples), countFields(residuals));
  if (measure === 'relative') return pooledNorm(residuals, unweighted, countFields(residuals));
  return pooledNorm(residuals, unweighted, measure === 'rms' ? countValues(residuals) : 1);
}

/** 1/(V ΣV) */
function perVolume(samples: readonly SupervisionSample[]): Weigh {
  const totals = samples.map(({ operator }) => operator.mesh.cellVolumes.reduce((sum, v) => sum + v, 0));
  return (b, vector) => {
    const { cellVolumes } = samples[b].operator.mesh;
    return vector.map((value, cell) => value / (cellVolumes[cell] * totals[b]));
  };
}

/** 1/‖b‖; 0 where there is nothing to solve */
function loadScale({ rightHandSides }: SupervisionSample, source: number): number {
  const size = norm(rightHandSides[source]);
  return size > 0 ? 1 / size : 0;
}

function scaleBy(vector: Float64Array, factor: number): Float64Array {
  for (let row = 0; row < vector.length; row++) vector[row] *= factor;
  return vector;
}

import { multiply } from '../../solvers/index.js';
import { pooledNorm, residual } from './distance.js';
import type { FieldLoss, LossValue, SupervisionSample } from './supervision.js';

export interface ResidualLossOptions {
  readonly measure: 'rms' | 'norm';
}

export const RESIDUAL_LOSS_DEFAULTS: ResidualLossOptions = { measure: 'rms' };

/** √(Σ|b − Bû|²/N) over the batch, the plain physics-informed loss; its Hessian is B². */
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
  measure: 'rms' | 'norm',
): LossValue {
  const residuals = fields.map((sources, b) =>
    sources.map((field, s) => residual(samples[b].operator.matrix, samples[b].rightHandSides[s], field)),
  );
  const { value, cotangents } = pooledNorm(residuals, measure);
  return {
    value,
    cotangents: cotangents.map((sources, b) =>
      sources.map((cotangent) => multiply(samples[b].operator.matrix, cotangent).map((entry) => -entry)),
    ),
  };
}

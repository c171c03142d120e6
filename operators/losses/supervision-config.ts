import { InvalidInputError } from '../../common/errors.js';
import type { PreconditionerName } from '../../solvers/index.js';
import { MEASURES, type Measure } from './distance.js';
import { labels } from './labels.js';
import { pcgSteps } from './pcg-steps.js';
import { RESIDUAL_MEASURES, type ResidualMeasure, residualLoss } from './residual-loss.js';
import { ritzEnergy } from './ritz-energy.js';
import type { StepCount } from './step-count.js';
import type { FieldLoss } from './supervision.js';

/** `ic` is short for `incomplete-cholesky`. */
export type SupervisionPreconditioner = PreconditionerName | 'ic';

interface StepsConfig {
  /** K; default 40 with `jacobi`, 3 with `amg`, 1 with `cholesky`, which solves, 10 with the others */
  readonly steps?: StepCount;
  readonly preconditioner?: SupervisionPreconditioner;
  readonly stopGradient?: boolean;
}

/** A loss as plain data, as configuration files and the command line give it. */
export type SupervisionConfig =
  | { readonly name: 'residual'; readonly measure?: ResidualMeasure }
  | ({ readonly name: 'pcg-steps'; readonly measure?: Measure } & StepsConfig)
  | ({
      readonly name: 'hybrid';
      readonly measure?: ResidualMeasure;
      /** ω of the residual's share */
      readonly residualWeight?: number;
    } & StepsConfig)
  | { readonly name: 'energy' }
  | { readonly name: 'labels'; readonly measure?: Measure };

export type SupervisionName = SupervisionConfig['name'];

export const HYBRID_DEFAULTS = { measure: 'rms', residualWeight: 0.1 } as const;

const DEFAULT_STEPS: Readonly<Record<PreconditionerName, number>> = {
  jacobi: 40,
  ssor: 10,
  chebyshev: 10,
  'incomplete-cholesky': 10,
  amg: 3,
  cholesky: 1,
};

const PRECONDITIONERS = Object.keys(DEFAULT_STEPS) as PreconditionerName[];

const FIELDS = {
  residual: { measure: RESIDUAL_MEASURES },
  'pcg-steps': {
    steps: null,
    preconditioner: [...PRECONDITIONERS, 'ic'],
    measure: MEASURES,
    stopGradient: null,
  },
  hybrid: {
    steps: null,
    preconditioner: [...PRECONDITIONERS, 'ic'],
    measure: RESIDUAL_MEASURES,
    residualWeight: null,
    stopGradient: null,
  },
  energy: {},
  labels: { measure: MEASURES },
} as const satisfies Record<SupervisionName, Record<string, readonly string[] | null>>;

export const SUPERVISION_NAMES = Object.keys(FIELDS) as SupervisionName[];

/**
 * The loss that a description names: `residual` ‖b − Bû‖, `pcg-steps` ‖PCG_K(û) − û‖, `hybrid` the same with ω times
 * the residual, `energy` ½ûᵀBû − bᵀû, `labels` ‖u − û‖. Plain data in, so that configurations can hold it:
 *
 *     supervision({ name: 'pcg-steps', preconditioner: 'amg', steps: 3, measure: 'relative' })
 *
 * @throws InvalidInputError naming the field that is unknown or out of range
 */
export function supervision(config: SupervisionConfig): FieldLoss {
  requireKnown(config);
  switch (config.name) {
    case 'residual':
      return residualLoss(given({ measure: config.measure }));
    case 'energy':
      return ritzEnergy();
    case 'labels':
      return labels(given({ measure: config.measure }));
    case 'pcg-steps':
      return pcgSteps({ ...stepOptions(config), ...given({ measure: config.measure }) });
    case 'hybrid': {
      const { measure, residualWeight } = { ...HYBRID_DEFAULTS, ...given(config) };
      if (!(residualWeight > 0 && Number.isFinite(residualWeight))) {
        throw new InvalidInputError(`supervision: residualWeight must be positive, got ${residualWeight}`);
      }
      return pcgSteps({ ...stepOptions(config), measure, residualWeight });
    }
  }
}

function stepOptions({ preconditioner = 'jacobi', steps, stopGradient = true }: StepsConfig) {
  const name = preconditioner === 'ic' ? 'incomplete-cholesky' : preconditioner;
  return { preconditioner: name, steps: steps ?? DEFAULT_STEPS[name], stopGradient };
}

/** Without the fields that are undefined, which would hide defaults. */
function given<Options extends object>(options: Options): Partial<Options> {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as Partial<Options>;
}

function requireKnown(config: SupervisionConfig): void {
  if (!Object.hasOwn(FIELDS, config.name)) {
    throw new InvalidInputError(
      `supervision: unknown name '${config.name}'; known: ${SUPERVISION_NAMES.join(', ')}`,
    );
  }
  const fields: Record<string, readonly string[] | null> = FIELDS[config.name];
  for (const [field, value] of Object.entries(config)) {
    if (field === 'name' || value === undefined) continue;
    if (!Object.hasOwn(fields, field)) {
      const known = Object.keys(fields).join(', ') || 'no other field';
      throw new InvalidInputError(`supervision: '${config.name}' takes ${known}; got '${field}'`);
    }
    const allowed = fields[field];
    if (allowed && !allowed.includes(value as string)) {
      throw new InvalidInputError(
        `supervision: ${field} of '${config.name}' must be one of ${allowed.join(', ')}; got '${value}'`,
      );
    }
  }
  if ('stopGradient' in config && !['boolean', 'undefined'].includes(typeof config.stopGradient)) {
    throw new InvalidInputError(
      `supervision: stopGradient must be true or false, got ${JSON.stringify(config.stopGradient)}`,
    );
  }
}

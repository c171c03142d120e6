import { STEPPER_METHODS, type StepperMethodOptions } from 'fieldsmith/operators';

export interface JawsCase {
  readonly name: string;
  readonly method: StepperMethodOptions;
  readonly conservative: boolean;
  /** Runs every seed of the list takes before those of the next rank. */
  readonly rank: 1 | 2 | 3;
}

const jaws = (weight: number, steps = 1) => ({ jacobian: { weight }, steps });
const global = (weight: number, steps = 1) => ({
  jacobian: { weight, tolerance: 'uniform' as const },
  steps,
});
const reference = (weight: number, steps = 1) => ({
  jacobian: { weight, tolerance: 'uniform' as const, target: 'reference' as const },
  steps,
});

/**
 * The methods of the table, main ones first. All are conservative but those that say so: the sum over the grid is Burgers'
 * own invariant.
 */
const METHODS: readonly (readonly [name: string, method: StepperMethodOptions, rank: JawsCase['rank']])[] = [
  ['one-step', {}, 1],
  ['unrolled-2', STEPPER_METHODS['unrolled-2'], 1],
  ['unrolled-8', STEPPER_METHODS['unrolled-8'], 1],
  ['global 3e-2', global(3e-2), 1],
  ['jaws 1e-2', jaws(1e-2), 1],
  ['jaws 1e-2, unrolled-2', jaws(1e-2, 2), 1],
  ['jaws 2e-2, unrolled-2', jaws(2e-2, 2), 1],
  ['jaws 3e-2, unrolled-2', jaws(3e-2, 2), 1],
  ['global 3e-2, unrolled-2', global(3e-2, 2), 1],
  ['reference 1e-1', reference(1e-1), 1],
  ['reference 1e-1, unrolled-2', reference(1e-1, 2), 1],
  ['noise 1e-2', STEPPER_METHODS.noise, 2],
  ['push-forward', STEPPER_METHODS['push-forward'], 2],
  ['jaws 3e-3', jaws(3e-3), 2],
  ['jaws 3e-2', jaws(3e-2), 2],
  ['jaws 1e-1', jaws(1e-1), 2],
  ['global 3e-3', global(3e-3), 2],
  ['global 1e-2', global(1e-2), 2],
  ['global 1e-1', global(1e-1), 2],
  ['global 3e-1', global(3e-1), 2],
  ['reference 1e-2', reference(1e-2), 2],
  ['reference 1', reference(1), 2],
  ['reference 1, unrolled-2', reference(1, 2), 2],
  ['reference 10', reference(10), 2],
  [
    'reference with head 1e-2',
    { jacobian: { target: 'reference', weight: 1e-2, initialTolerance: -2, bounds: [-4, 2] } },
    2,
  ],
  ['unrolled-8 growing', STEPPER_METHODS['unrolled-8-growing'], 3],
  ['unrolled-8 stopped', STEPPER_METHODS['unrolled-8-stopped'], 3],
  ['noise 3e-3', { noise: 3e-3 }, 3],
  ['jaws 1e-2 from log q', { jacobian: { weight: 1e-2, initialTolerance: -1.9 } }, 3],
  ['jaws 1e-2, analytic', { jacobian: { weight: 1e-2, tolerance: 'analytic' } }, 3],
  ['excess 3e-2', { jacobian: { weight: 3e-2, tolerance: 'uniform', target: 'excess' } }, 3],
];

const NOT_CONSERVATIVE = ['one-step', 'global 3e-2', 'jaws 1e-2', 'reference 1e-1'];

export const JAWS_CASES: readonly JawsCase[] = [
  ...METHODS.map(([name, method, rank]) => ({ name, method, rank, conservative: true })),
  ...METHODS.filter(([name]) => NOT_CONSERVATIVE.includes(name)).map(([name, method]) => ({
    name: `${name}, not conservative`,
    method,
    rank: 3 as const,
    conservative: false,
  })),
];

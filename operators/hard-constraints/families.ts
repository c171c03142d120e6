import { InvalidInputError } from '../../common/errors.js';
import { poissonConstraint } from './poisson-constraint.js';
import {
  burgersImplicitStepConstraint,
  burgersSpaceTimeConstraint,
  diffusionSorptionConstraint,
  vorticityConstraint,
} from './problems/index.js';
import type { ConstraintFamily } from './residual.js';

/** What a family is found by again. */
export type FamilyDescription = Pick<ConstraintFamily, 'name' | 'options'>;

type CreateFamily = (options: never) => ConstraintFamily<never>;

const FAMILIES: Readonly<Record<string, CreateFamily>> = {
  'burgers-implicit-step': burgersImplicitStepConstraint,
  'burgers-space-time': burgersSpaceTimeConstraint,
  'diffusion-sorption': diffusionSorptionConstraint,
  poisson: poissonConstraint,
  vorticity: vorticityConstraint,
};

/** Whether `constraintFamily` knows a family by its name. */
export const isKnownFamily = ({ name }: FamilyDescription): boolean => Object.hasOwn(FAMILIES, name);

/**
 * The family of a description, as a model's metadata or a message to a worker thread has it.
 *
 * @throws InvalidInputError for an unknown name, or options that the family refuses
 */
export function constraintFamily({ name, options }: FamilyDescription): ConstraintFamily {
  if (!isKnownFamily({ name, options })) {
    throw new InvalidInputError(
      `constraintFamily: there is no constraint '${name}'; known: ${Object.keys(FAMILIES).join(', ')}`,
    );
  }
  return FAMILIES[name](options as never) as ConstraintFamily<unknown>;
}

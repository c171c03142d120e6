import { InvalidInputError } from '../common/errors.js';
import type { Mesh, Patch } from '../geometry/mesh.js';
import { type SampledValue, sampleValues } from './sampled-values.js';

/** A constant, one value per face of the patch, or a function of the face centroid. */
export type BoundaryValue = SampledValue;

export interface DirichletCondition {
  readonly type: 'dirichlet';
  /** u, in K (or °C) */
  readonly value: BoundaryValue;
}

export interface NeumannCondition {
  readonly type: 'neumann';
  /** κ ∂u/∂n in W/m², n out of the domain: positive flux heats it */
  readonly flux: BoundaryValue;
}

/** Convection: κ ∂u/∂n = h (u_ambient − u). */
export interface RobinCondition {
  readonly type: 'robin';
  /** h ≥ 0 in W/(m² K); where it is 0 the face is insulated */
  readonly coefficient: BoundaryValue;
  /** u_ambient, in K (or °C) */
  readonly ambient: BoundaryValue;
}

/** u and the flux continue on `partner`, whose condition names this patch in turn. */
export interface PeriodicCondition {
  readonly type: 'periodic';
  readonly partner: string;
  /** From this patch to its partner, in m; by default between the centroids of the two. */
  readonly translation?: readonly number[];
}

export type BoundaryCondition = DirichletCondition | NeumannCondition | RobinCondition | PeriodicCondition;
export type BoundaryConditionType = BoundaryCondition['type'];

/** One condition for each patch of the mesh, by patch name. */
export type BoundaryConditions = Readonly<Record<string, BoundaryCondition>>;

/** What the matrix depends on: a type, with the coefficient of a Robin patch and the partner of a periodic one. */
export type OperatorBoundary =
  | 'dirichlet'
  | 'neumann'
  | { readonly type: 'dirichlet' | 'neumann' }
  | Omit<RobinCondition, 'ambient'>
  | PeriodicCondition;

/** By patch name; boundary conditions are accepted as they are. */
export type OperatorBoundaries = Readonly<Record<string, OperatorBoundary>>;

/** The type of a patch's condition. */
export function boundaryType(boundary: OperatorBoundary): BoundaryConditionType {
  return typeof boundary === 'string' ? boundary : boundary.type;
}

/** The type of each patch's condition, by patch name. */
export function boundaryTypes<C extends { readonly type: string }>(
  conditions: Readonly<Record<string, C>>,
): Record<string, C['type']> {
  return Object.fromEntries(Object.entries(conditions).map(([name, condition]) => [name, condition.type]));
}

const TYPES: readonly string[] = ['dirichlet', 'neumann', 'robin', 'periodic'];

/** Refuses patches without a condition, conditions without a patch, and unknown types. */
export function requireKnownPatches(mesh: Mesh, boundaries: OperatorBoundaries): void {
  const known = mesh.patches.map((patch) => patch.name);
  for (const name of Object.keys(boundaries)) {
    if (!known.includes(name)) {
      throw new InvalidInputError(
        `solvers.assembleOperator: no patch is named '${name}'; the patches of this mesh are ${known.join(', ')}`,
      );
    }
  }
  for (const patch of mesh.patches) {
    const boundary = Object.hasOwn(boundaries, patch.name) ? boundaries[patch.name] : undefined;
    if (boundary === undefined) {
      if (patch.size === 0) continue;
      throw new InvalidInputError(
        `solvers.assembleOperator: patch '${patch.name}' has no boundary condition; ` +
          `one is needed for each of ${known.join(', ')}`,
      );
    }
    if (!TYPES.includes(boundaryType(boundary))) {
      throw new InvalidInputError(
        `solvers.assembleOperator: patch '${patch.name}' has the unknown boundary type '${boundaryType(boundary)}'; ` +
          `expected one of ${TYPES.join(', ')}`,
      );
    }
  }
}

/** Values of one patch's datum, `[face of the patch]`. */
export function patchValues(mesh: Mesh, patch: Patch, field: string, values: BoundaryValue): Float64Array {
  const name = `boundaryConditions.${patch.name}.${field}`;
  if (values === undefined) throw new InvalidInputError(`solvers: ${name} is missing`);
  return sampleValues(name, values, {
    entity: 'face',
    count: patch.size,
    positions: mesh.faceCentroids,
    dimension: mesh.dimension,
    first: patch.start,
  });
}

/**
 * h of every boundary face, `[face − internalFaceCount]`, 0 where there is none.
 *
 * @throws InvalidInputError on negative or missing coefficients
 */
export function robinCoefficients(mesh: Mesh, boundaries: OperatorBoundaries): Float64Array {
  const coefficients = new Float64Array(mesh.faceCount - mesh.internalFaceCount);
  for (const patch of mesh.patches) {
    const boundary = boundaries[patch.name];
    if (patch.size === 0 || typeof boundary === 'string' || boundary.type !== 'robin') continue;
    const values = patchValues(mesh, patch, 'coefficient', boundary.coefficient);
    values.forEach((h, i) => {
      if (h < 0) {
        throw new InvalidInputError(
          `solvers: boundaryConditions.${patch.name}.coefficient[${i}] is ${h}, expected h >= 0: a wall that heats ` +
            'itself the more the hotter it is has no unique steady state; check the sign (flux = h (ambient − u))',
        );
      }
    });
    coefficients.set(values, patch.start - mesh.internalFaceCount);
  }
  return coefficients;
}

/**
 * The datum of every boundary face, `[face − internalFaceCount]`: u of Dirichlet faces, u_ambient of Robin faces,
 * outward κ ∂u/∂n of Neumann faces, 0 of periodic ones.
 *
 * @throws InvalidInputError on a wrong length or a value that is not finite, naming patch and face
 */
export function boundaryFaceValues(mesh: Mesh, conditions: BoundaryConditions): Float64Array {
  const values = new Float64Array(mesh.faceCount - mesh.internalFaceCount);
  for (const patch of mesh.patches) {
    const condition = conditions[patch.name];
    if (patch.size === 0 || condition.type === 'periodic') continue;
    const [field, datum] = datumOf(condition);
    values.set(patchValues(mesh, patch, field, datum), patch.start - mesh.internalFaceCount);
  }
  return values;
}

function datumOf(condition: Exclude<BoundaryCondition, PeriodicCondition>): [string, BoundaryValue] {
  if (condition.type === 'dirichlet') return ['value', condition.value];
  return condition.type === 'neumann' ? ['flux', condition.flux] : ['ambient', condition.ambient];
}

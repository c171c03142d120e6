import { InvalidInputError } from '../../common/errors.js';
import { combineSeeds, createRandom } from '../../common/random.js';
import type { BoundaryControl, ControlGoal } from '../../control/index.js';
import { meshBoundingBox } from '../../geometry/bounding-box.js';
import type { Mesh } from '../../geometry/index.js';
import type { BoundaryConditions, PoissonProblem } from '../../solvers/index.js';
import { spotSource } from '../live/live-problem.js';
import { completeRoles, patchGroupsOf } from './control-part.js';
import type { ControlState } from './control-state.js';

/** What `controlBoundary` is asked for a state of the panel. */
export interface ControlQuestion {
  readonly problem: PoissonProblem;
  readonly controls: readonly BoundaryControl[];
  readonly goal: ControlGoal;
}

/** A body with the cell field that is to be its heat source, W/m³, where one is chosen. */
export interface HeatedMesh {
  readonly mesh: Mesh;
  readonly field?: ArrayLike<number>;
}

/**
 * q of every cell, `[cell]`: hot spots, or a field of the mesh; in W per cube of the mesh's unit of length.
 *
 * @throws InvalidInputError where a field is wanted and none is chosen
 */
export function heatSource({ mesh, field }: HeatedMesh, state: ControlState): Float64Array {
  const { heat } = state;
  const metres = metresOf(state);
  if (heat.kind === 'chips')
    return chipSource(mesh, { ...heat, power: mesh.dimension === 2 ? heat.power * metres : heat.power });
  if (field?.length !== mesh.cellCount)
    throw new InvalidInputError('Choose the cell field that is the heat source, or chips.');
  return Float64Array.from(field, (value) => value * metres ** 3);
}

/** The unit of a mesh's coordinates. */
const metresOf = ({ part, lengthUnit }: ControlState) => (part === 'open' && lengthUnit === 'mm' ? 1e-3 : 1);

/**
 * Steady conduction in a body with temperatures to choose:
 *
 *     −∇·(κ∇u) = q,   u = g on held and controlled patches,   κ ∂u/∂n = 0 on the others
 *
 * Temperatures in °C.
 *
 * @throws InvalidInputError where nothing is controlled, bounds or limits have no meaning, or the heat is not given
 */
export function controlQuestion(heated: HeatedMesh, state: ControlState): ControlQuestion {
  const { mesh } = heated;
  const { conductivity, patches, pieces, limit } = state;
  const groups = patchGroupsOf(mesh);
  const roles = completeRoles(groups, patches);
  const boundaryConditions: Record<string, BoundaryConditions[string]> = {};
  const controls: BoundaryControl[] = [];
  for (const { name, patches: members } of groups) {
    const { role, temperature, low, high } = roles[name];
    for (const patch of members)
      boundaryConditions[patch] =
        role === 'insulated' ? { type: 'neumann', flux: 0 } : { type: 'dirichlet', value: temperature };
    if (role !== 'controlled') continue;
    if (!(low <= high))
      throw new InvalidInputError(`The bounds of ${name} are out of order: ${low} is above ${high} °C.`);
    controls.push({
      name,
      patches: members,
      quantity: 'temperature',
      bounds: [low, high],
      shape: pieces > 1 ? { kind: 'pieces', count: pieces } : { kind: 'uniform' },
      reference: temperature,
    });
  }
  if (controls.length === 0)
    throw new InvalidInputError('Nothing is controlled: set a patch to “controlled”.');
  const { maximum, minimum } = limit;
  if (maximum === null && minimum === null)
    throw new InvalidInputError('There is no limit: give a largest or a least temperature.');
  return {
    problem: {
      mesh,
      // solved in the unit of the mesh: temperatures are the same
      conductivity: conductivity * metresOf(state),
      source: heatSource(heated, state),
      boundaryConditions,
    },
    controls,
    goal: {
      limit: {
        ...(maximum !== null && { maximum }),
        ...(minimum !== null && { minimum }),
      },
    },
  };
}

/** Standard deviation of a chip's heat, as a share of the longest side. */
const CHIP_WIDTH = 0.05;

/** Equal hot spots around cells drawn at random, q of every cell in W/m³. */
function chipSource(mesh: Mesh, { chips, seed, power }: ControlState['heat']): Float64Array {
  const random = createRandom(combineSeeds(seed, chips));
  const { low, high } = meshBoundingBox(mesh);
  const source = new Float64Array(mesh.cellCount);
  for (let chip = 0; chip < chips; chip++) {
    const cell = random.integer(0, mesh.cellCount - 1);
    const at = low.map(
      (value, axis) => (mesh.cellCentroids[mesh.dimension * cell + axis] - value) / (high[axis] - value || 1),
    ) as unknown as [number, number, number];
    const spot = spotSource(mesh, { at, width: CHIP_WIDTH, power: power / chips });
    for (let i = 0; i < source.length; i++) source[i] += spot[i];
  }
  return source;
}

import { InvalidInputError } from '../common/errors.js';
import { matchesPatch } from '../geometry/matches-patch.js';
import type { Mesh, Patch } from '../geometry/mesh.js';
import { patchGroups } from '../geometry/patch-groups.js';
import { patchValues } from '../solvers/boundary-conditions.js';
import type { PoissonProblem } from '../solvers/index.js';
import { controlShapes, type PatchFaces } from './control-shapes.js';
import type { BoundaryControl } from './options.js';
import type { LinearRow } from './quadratic-program.js';

/** One control as columns of face values: v_f = Σ_j shape_jf p_(first + j). */
export interface ControlBlock {
  readonly name: string;
  readonly quantity: BoundaryControl['quantity'];
  /** `[face of the block]`, face − internalFaceCount */
  readonly faces: Int32Array;
  /** Index of its first parameter */
  readonly first: number;
  /** `[parameter of the block][face of the block]` */
  readonly shapes: readonly Float64Array[];
  readonly low: number;
  readonly high: number;
  /** |S| over that of the block, `[face of the block]` */
  readonly shares: Float64Array;
  /** m², or m in 2D */
  readonly area: number;
  /** Weight in the cost */
  readonly cost: number;
}

/** All that may be chosen, as one vector of parameters p, in the units of the controls. */
export interface ControlSpace {
  readonly count: number;
  /** "left 2 of 4", "inlet mode 1", `[parameter]` */
  readonly names: readonly string[];
  /** Least and largest parameter, `[parameter]` */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** aᵀp ≤ b beside that: bounds of smooth controls, face by face */
  readonly rows: readonly LinearRow[];
  /** Parameters without control */
  readonly reference: Float64Array;
  readonly blocks: readonly ControlBlock[];
  /** Whether fields are affine in p: no coefficient is controlled */
  readonly affine: boolean;
}

const NEEDED: Readonly<Record<BoundaryControl['quantity'], readonly string[]>> = {
  temperature: ['dirichlet', 'robin'],
  flux: ['neumann'],
  coefficient: ['robin'],
};

/** Amplitude that no mode exceeds while its sum is within bounds, over the width of these. */
const MODE_AMPLITUDE = 8;

/**
 * @throws InvalidInputError for unknown patches, patches of another type, two controls of one face and quantity, and bounds
 * that are not finite and in order, or negative for a coefficient
 */
export function controlSpace(problem: PoissonProblem, controls: readonly BoundaryControl[]): ControlSpace {
  if (controls.length === 0) throw invalid('controls is empty; name at least one patch');
  const { mesh } = problem;
  const blocks: ControlBlock[] = [];
  const [names, low, high, reference]: [string[], number[], number[], number[]] = [[], [], [], []];
  const rows: { entries: [number, number][]; bound: number }[] = [];
  const taken = new Map<string, string>();
  for (const control of controls) {
    const patches = patchesOf(mesh, control);
    const name = control.name ?? patches.map((patch) => patch.name).join('+');
    if (blocks.some((block) => block.name === name)) throw invalid(`two controls are named '${name}'`);
    checkControl(problem, name, control, patches);
    const { faces, shapes, labels } = controlShapes(
      mesh,
      control,
      patches.map((patch) => orderedFaces(mesh, patch)),
    );
    if (faces.length === 0) throw invalid(`control '${name}' has no face`);
    for (const face of faces) {
      const key = `${control.quantity} ${face}`;
      const other = taken.get(key);
      if (other) throw invalid(`the ${control.quantity} of a face belongs to '${other}' and to '${name}'`);
      taken.set(key, name);
    }
    const first = names.length;
    const [least, most] = control.bounds;
    const areas = Float64Array.from(faces, (face) => mesh.faceAreas[mesh.internalFaceCount + face]);
    const area = areas.reduce((sum, value) => sum + value, 0);
    const own = ownValues(problem, control.quantity, patches);
    const smooth = control.shape?.kind === 'modes';
    shapes.forEach((shape, j) => {
      names.push(labels[j] ? `${name} ${labels[j]}` : name);
      const constant = shape.every((value) => value === 0 || value === 1);
      const width = MODE_AMPLITUDE * (most - least);
      low.push(constant ? least : -width);
      high.push(constant ? most : width);
      reference.push(constant ? (control.reference ?? meanOver(own, faces, shape, areas)) : 0);
    });
    if (smooth) {
      for (let f = 0; f < faces.length; f++) {
        const entries = shapes.map((shape, j): [number, number] => [first + j, shape[f]]);
        const used = entries.filter(([, value]) => value !== 0);
        rows.push({ entries: used, bound: most });
        rows.push({ entries: used.map(([at, value]) => [at, -value]), bound: -least });
      }
    }
    blocks.push({
      name,
      quantity: control.quantity,
      faces,
      first,
      shapes,
      low: least,
      high: most,
      shares: areas.map((value) => value / area),
      area,
      cost: control.cost ?? 1,
    });
  }
  const count = names.length;
  return {
    count,
    names,
    low: Float64Array.from(low),
    high: Float64Array.from(high),
    reference: Float64Array.from(reference),
    rows: rows.map(({ entries, bound }) => {
      const normal = new Float64Array(count);
      for (const [at, value] of entries) normal[at] = value;
      return { normal, bound };
    }),
    blocks,
    affine: blocks.every(({ quantity }) => quantity !== 'coefficient'),
  };
}

/** Values on the faces of a block, within its bounds to the last bit if `p` meets the rows but for round-off. */
export function blockValues(block: ControlBlock, p: Float64Array): Float64Array {
  const values = new Float64Array(block.faces.length);
  block.shapes.forEach((shape, j) => {
    for (let f = 0; f < values.length; f++) values[f] += p[block.first + j] * shape[f];
  });
  return values;
}

export const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));

function patchesOf(mesh: Mesh, { patches }: BoundaryControl): Patch[] {
  const wanted = typeof patches === 'string' ? [patches] : patches;
  const found = wanted.flatMap((name) => {
    const matching = mesh.patches.filter((patch) => patch.size > 0 && matchesPatch(name, patch.name));
    if (matching.length > 0) return matching;
    throw invalid(
      `no patch is named '${name}'; the patches are ${mesh.patches.map((patch) => patch.name).join(', ')}`,
    );
  });
  return [...new Set(found)];
}

function checkControl(
  { boundaryConditions }: PoissonProblem,
  name: string,
  { bounds, quantity, cost = 1 }: BoundaryControl,
  patches: readonly Patch[],
): void {
  const [low, high] = bounds;
  if (!(Number.isFinite(low) && Number.isFinite(high) && low <= high)) {
    throw invalid(`control '${name}' needs finite bounds [low, high] in order, got [${bounds}]`);
  }
  if (quantity === 'coefficient' && !(low >= 0)) {
    throw invalid(`control '${name}': a coefficient is not negative, its lower bound is ${low}`);
  }
  if (!(cost >= 0 && Number.isFinite(cost)))
    throw invalid(`control '${name}': cost must be ≥ 0, got ${cost}`);
  for (const patch of patches) {
    const type = boundaryConditions[patch.name]?.type;
    if (NEEDED[quantity].includes(type)) continue;
    throw invalid(
      `control '${name}' sets the ${quantity} of patch '${patch.name}', which is ${type}; ` +
        `it has to be ${NEEDED[quantity].join(' or ')}`,
    );
  }
}

/** Faces of a patch along it, with their places. */
function orderedFaces(mesh: Mesh, patch: Patch): PatchFaces {
  const rank = patchGroups(mesh, patch, patch.size);
  const faces = new Int32Array(patch.size);
  rank.forEach((at, face) => {
    faces[at] = patch.start - mesh.internalFaceCount + face;
  });
  return { name: patch.name, faces };
}

/** The problem's own data of a quantity, by boundary face. */
function ownValues(
  { mesh, boundaryConditions }: PoissonProblem,
  quantity: BoundaryControl['quantity'],
  patches: readonly Patch[],
): Float64Array {
  const values = new Float64Array(mesh.faceCount - mesh.internalFaceCount);
  for (const patch of patches) {
    const condition = boundaryConditions[patch.name];
    const field = fieldOf(condition.type, quantity);
    const datum = (condition as unknown as Record<string, Parameters<typeof patchValues>[3]>)[field];
    values.set(patchValues(mesh, patch, field, datum), patch.start - mesh.internalFaceCount);
  }
  return values;
}

/** The property of a boundary condition that a quantity is. */
export function fieldOf(
  type: string,
  quantity: BoundaryControl['quantity'],
): 'value' | 'flux' | 'coefficient' | 'ambient' {
  if (quantity !== 'temperature') return quantity;
  return type === 'robin' ? 'ambient' : 'value';
}

function meanOver(own: Float64Array, faces: Int32Array, shape: Float64Array, areas: Float64Array): number {
  let [sum, area] = [0, 0];
  faces.forEach((face, f) => {
    if (shape[f] === 0) return;
    sum += areas[f] * own[face];
    area += areas[f];
  });
  return area > 0 ? sum / area : 0;
}

const invalid = (text: string) => new InvalidInputError(`controlBoundary: ${text}`);

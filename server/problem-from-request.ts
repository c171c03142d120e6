import { InvalidInputError } from '../common/errors.js';
import type { Mesh } from '../geometry/index.js';
import { matchesPatch } from '../geometry/matches-patch.js';
import type {
  BoundaryCondition,
  BoundaryConditions,
  Conductivity,
  PoissonProblem,
} from '../solvers/index.js';
import { generatedMesh, type MeshLimits, type MeshWithFields } from './mesh-from-request.js';
import type { CellValues, FaceValues, ProblemRequest } from './problem-schema.js';

/** A problem, and what its mesh has beside it. */
export interface StatedProblem extends PoissonProblem {
  readonly given: MeshWithFields;
}

/**
 * The problem of a request on the mesh that it names, which is at hand, or describes, which is generated.
 *
 * @throws InvalidInputError for names that the mesh does not have; what else can be wrong, the solver says
 */
export function problemOf(
  request: ProblemRequest,
  stored: MeshWithFields | undefined,
  limits: MeshLimits,
): StatedProblem {
  const given = stored ?? ('generator' in request.mesh ? generatedMesh(request.mesh, limits) : undefined);
  if (!given) throw new Error('problemOf: a request that names a mesh came without it');
  const { mesh } = given;
  const { conductivity, reaction, source, contactResistances } = request;
  return {
    given,
    mesh,
    conductivity: conductivityOf(conductivity, given),
    ...(reaction !== undefined && { reaction: cellValuesOf('reaction', reaction, given) }),
    source: cellValuesOf('source', source, given),
    boundaryConditions: conditionsOf(request.boundaryConditions, mesh),
    ...(contactResistances && { contactResistances }),
  };
}

function conductivityOf(value: ProblemRequest['conductivity'], given: MeshWithFields): Conductivity {
  if (typeof value === 'object' && 'tensor' in value) return value.tensor;
  return cellValuesOf('conductivity', value, given);
}

/** Values of the cells of a mesh. @throws InvalidInputError naming `name` */
export function cellValuesOf(
  name: string,
  value: CellValues,
  { mesh, cellFields }: MeshWithFields,
): number | Float64Array {
  if (typeof value === 'number') return value;
  if ('values' in value) return Float64Array.from(value.values);
  if ('regions' in value) return regionValues(name, value.regions, mesh);
  if ('boxes' in value) return boxValues(name, value, mesh);
  if (Object.hasOwn(cellFields, value.cellData)) return cellFields[value.cellData];
  throw new InvalidInputError(
    `problem: ${name} names the cell data '${value.cellData}'; ${listed('the mesh has', Object.keys(cellFields))}`,
  );
}

function regionValues(name: string, values: Readonly<Record<string, number>>, mesh: Mesh): Float64Array {
  const { regionNames = [], cellRegions } = mesh;
  const given = Object.keys(values);
  if (given.length !== regionNames.length || !given.every((region) => regionNames.includes(region))) {
    throw new InvalidInputError(
      `problem: ${name}.regions has to give a value for each region and no other; ` +
        `${listed('it gives', given)}, ${listed('the regions of the mesh are', regionNames)}`,
    );
  }
  if (!cellRegions) {
    throw new InvalidInputError(`problem: ${name} is given by region, and the mesh has none`);
  }
  return Float64Array.from(cellRegions, (region) => values[regionNames[region]]);
}

function boxValues(
  name: string,
  { boxes, elsewhere }: Extract<CellValues, { boxes: unknown }>,
  mesh: Mesh,
): Float64Array {
  const values = new Float64Array(mesh.cellCount).fill(elsewhere);
  boxes.forEach(({ value, ...box }, index) => {
    const inside = cellsInBox(`${name}.boxes[${index}]`, box, mesh);
    for (let cell = 0; cell < mesh.cellCount; cell++) if (inside[cell]) values[cell] = value;
  });
  return values;
}

/** 1 for cells whose centroid lies in the box. @throws InvalidInputError naming `name` where there is none */
export function cellsInBox(
  name: string,
  { low, high }: { readonly low: readonly number[]; readonly high: readonly number[] },
  { dimension, cellCount, cellCentroids }: Mesh,
): Uint8Array {
  if (low.length !== dimension || high.length !== dimension) {
    throw new InvalidInputError(
      `problem: ${name} needs ${dimension} coordinates in low and high, as the mesh has`,
    );
  }
  const inside = Uint8Array.from({ length: cellCount }, (_, cell) => {
    for (let k = 0; k < dimension; k++) {
      const x = cellCentroids[cell * dimension + k];
      if (!(x >= low[k] && x <= high[k])) return 0;
    }
    return 1;
  });
  if (inside.includes(1)) return inside;
  throw new InvalidInputError(
    `problem: ${name} holds the centroid of no cell; check its corners, or use smaller cells`,
  );
}

function conditionsOf(conditions: ProblemRequest['boundaryConditions'], mesh: Mesh): BoundaryConditions {
  const patterns = Object.keys(conditions)
    .filter((name) => name.endsWith('*') && !mesh.patches.some((patch) => patch.name === name))
    .sort((a, b) => b.length - a.length);
  const resolved: Record<string, BoundaryCondition> = Object.create(null);
  for (const [name, condition] of Object.entries(conditions)) {
    if (!patterns.includes(name)) resolved[name] = conditionOf(condition);
  }
  const used = new Set<string>();
  for (const { name } of mesh.patches) {
    if (Object.hasOwn(conditions, name)) continue;
    const pattern = patterns.find((each) => matchesPatch(each, name));
    if (pattern === undefined) continue;
    used.add(pattern);
    resolved[name] = conditionOf(conditions[pattern]);
  }
  const unused = patterns.find((pattern) => pattern !== '*' && !used.has(pattern));
  if (unused !== undefined) {
    throw new InvalidInputError(
      `problem: no patch without a condition of its own begins as '${unused}'; ` +
        listed(
          'the patches of the mesh are',
          mesh.patches.map(({ name }) => name),
        ),
    );
  }
  return resolved;
}

function conditionOf(condition: ProblemRequest['boundaryConditions'][string]): BoundaryCondition {
  switch (condition.type) {
    case 'dirichlet':
      return { type: 'dirichlet', value: faceValues(condition.value) };
    case 'neumann':
      return { type: 'neumann', flux: faceValues(condition.flux) };
    case 'robin':
      return {
        type: 'robin',
        coefficient: faceValues(condition.coefficient),
        ambient: faceValues(condition.ambient),
      };
    case 'periodic':
      return condition;
  }
}

function faceValues(value: FaceValues): number | Float64Array {
  return typeof value === 'number' ? value : Float64Array.from(value.values);
}

/** Longest list of names in a sentence. */
const NAMED = 40;

function listed(what: string, names: readonly string[]): string {
  if (names.length === 0) return `${what} none`;
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return `${what} ${names.slice(0, NAMED).join(', ')}${more}`;
}

import { InvalidInputError } from '../common/errors.js';
import { meshBoundingBox } from '../geometry/bounding-box.js';
import type { Mesh } from '../geometry/mesh.js';
import { nearestDistances } from '../geometry/nearest-distances.js';
import { type EdgeInputs, edgeFeatureCount, edgeInputs } from './graph-network/edge-inputs.js';

export interface EncoderInputOptions {
  /** Frequencies 1 … n of sin(πk x), cos(πk x) for every scaled coordinate x ∈ [−1, 1], of cells and faces. */
  readonly fourierFrequencies: number;
  /** Outward unit normals of the boundary faces. */
  readonly normals: boolean;
  /** log of a face's size over the domain's, per face. */
  readonly faceSize: boolean;
  /** Distances d of a cell to the nearest boundary face of either type, and exp(−d/δ) for layers of two widths δ. */
  readonly boundaryDistance: boolean;
  /** log of κ over its volume mean (geometric), per cell and face. */
  readonly conductivity: boolean;
  /** Boundary values g in the unit of the field, per face; 0 on Neumann faces. */
  readonly boundaryValues: boolean;
  /** Which cells share a face, for graph networks. */
  readonly edges: boolean;
}

export const ENCODER_INPUT_DEFAULTS: EncoderInputOptions = {
  fourierFrequencies: 1,
  normals: true,
  faceSize: true,
  boundaryDistance: true,
  conductivity: false,
  boundaryValues: false,
  edges: false,
};

/** Features of one mesh and boundary, row-major and dimensionless; measures are shares that sum to 1. */
export interface EncoderInputs {
  readonly cellCount: number;
  readonly faceCount: number;
  readonly cellFeatures: number;
  readonly faceFeatures: number;
  /** `[cell][feature]` */
  readonly cells: Float32Array;
  /** `[boundary face][feature]` */
  readonly faces: Float32Array;
  readonly cellMeasures: Float32Array;
  readonly faceMeasures: Float32Array;
  readonly edges?: EdgeInputs;
}

/** The domain's own scale: coordinates become (x − centre) / length. */
export interface DomainScale {
  /** Middle of the bounding box, `[dimension]` */
  readonly centre: readonly number[];
  /** Half of the bounding box's longest side, in the mesh's unit */
  readonly length: number;
}

export function domainScale(mesh: Mesh): DomainScale {
  const { low, high, longestSide } = meshBoundingBox(mesh);
  const length = longestSide / 2;
  if (!(length > 0)) {
    throw new InvalidInputError(
      `domainScale: the mesh has no extent (half length ${length}); check its points`,
    );
  }
  return { centre: low.map((value, axis) => (value + high[axis]) / 2), length };
}

/** Numbers of features that {@link encoderInputs} writes, for the options of a network. */
export function encoderFeatureCounts(
  dimension: 2 | 3,
  options: Partial<EncoderInputOptions> = {},
): { readonly cellFeatures: number; readonly faceFeatures: number; readonly edgeFeatures?: number } {
  const complete = { ...ENCODER_INPUT_DEFAULTS, ...options };
  const position = dimension * (1 + 2 * complete.fourierFrequencies);
  const conductivity = complete.conductivity ? 1 : 0;
  return {
    cellFeatures:
      position + (complete.boundaryDistance ? 2 * (1 + BOUNDARY_LAYERS.length) : 0) + conductivity,
    faceFeatures:
      position +
      2 +
      (complete.normals ? dimension : 0) +
      (complete.faceSize ? 1 : 0) +
      conductivity +
      (complete.boundaryValues ? 1 : 0),
    ...(complete.edges ? { edgeFeatures: edgeFeatureCount(dimension) } : {}),
  };
}

/**
 * What a network may know of geometry, boundary types and values, and κ. Cells: scaled coordinates first, their Fourier features,
 * distances to the nearest Neumann and Dirichlet face (of length scale 1, 2 where there is none) and layers along
 * them. Faces: coordinates and Fourier features of their centroids, one-hot type [Neumann, Dirichlet], normals,
 * logarithmic size. No feature depends on units.
 *
 * @param boundaryValues g over the scale of the field, `[face − internalFaceCount]`, 0 on Neumann faces; zero by default
 * @throws InvalidInputError for patches without a type, κ that is not positive, and values that are not finite or of
 * another length
 */
export function encoderInputs(
  mesh: Mesh,
  boundaryTypes: Readonly<Record<string, 'dirichlet' | 'neumann'>>,
  conductivity?: number | Float64Array,
  options: Partial<EncoderInputOptions> = {},
  boundaryValues?: Float64Array,
): EncoderInputs {
  const complete = { ...ENCODER_INPUT_DEFAULTS, ...options };
  const { dimension, cellCount, internalFaceCount } = mesh;
  const faceCount = mesh.faceCount - internalFaceCount;
  const { edgeFeatures: _, ...counts } = encoderFeatureCounts(dimension, complete);
  const { centre, length } = domainScale(mesh);
  const logKappa = complete.conductivity ? logConductivity(mesh, conductivity) : null;
  const dirichlet = dirichletFaces(mesh, boundaryTypes);
  const distances = complete.boundaryDistance ? boundaryDistances(mesh, dirichlet, length) : null;
  requireFaceValues(boundaryValues, faceCount);

  const cells = new Float32Array(cellCount * counts.cellFeatures);
  let at = 0;
  const put = (target: Float32Array, value: number) => {
    target[at++] = value;
  };
  const putPosition = (target: Float32Array, positions: Float64Array, index: number) => {
    const scaled = centre.map((middle, axis) => (positions[index * dimension + axis] - middle) / length);
    for (const x of scaled) put(target, x);
    for (let k = 1; k <= complete.fourierFrequencies; k++) {
      for (const x of scaled) {
        put(target, Math.sin(Math.PI * k * x));
        put(target, Math.cos(Math.PI * k * x));
      }
    }
  };
  for (let cell = 0; cell < cellCount; cell++) {
    putPosition(cells, mesh.cellCentroids, cell);
    if (distances) {
      for (const distance of [distances.neumann[cell], distances.dirichlet[cell]]) {
        put(cells, distance);
        for (const layer of BOUNDARY_LAYERS) put(cells, Math.exp(-distance / layer));
      }
    }
    if (logKappa) put(cells, logKappa[cell]);
  }

  const faces = new Float32Array(faceCount * counts.faceFeatures);
  at = 0;
  for (let i = 0; i < faceCount; i++) {
    const face = internalFaceCount + i;
    putPosition(faces, mesh.faceCentroids, face);
    put(faces, 1 - dirichlet[i]);
    put(faces, dirichlet[i]);
    if (complete.normals) {
      for (let axis = 0; axis < dimension; axis++) put(faces, mesh.faceNormals[face * dimension + axis]);
    }
    if (complete.faceSize) put(faces, Math.log(mesh.faceAreas[face] / length ** (dimension - 1)));
    if (logKappa) put(faces, logKappa[mesh.owner[face]]);
    if (complete.boundaryValues) put(faces, boundaryValues ? boundaryValues[i] : 0);
  }
  return {
    cellCount,
    faceCount,
    ...counts,
    cells,
    faces,
    cellMeasures: shares(mesh.cellVolumes),
    faceMeasures: shares(mesh.faceAreas.subarray(internalFaceCount)),
    ...(complete.edges ? { edges: edgeInputs(mesh, length) } : {}),
  };
}

function shares(measures: Float64Array): Float32Array {
  let total = 0;
  for (const measure of measures) total += measure;
  return Float32Array.from(measures, (measure) => measure / total);
}

/** 1 of Dirichlet and 0 of Neumann faces, `[face − internalFaceCount]` */
function dirichletFaces(
  mesh: Mesh,
  boundaryTypes: Readonly<Record<string, 'dirichlet' | 'neumann'>>,
): Uint8Array {
  const dirichlet = new Uint8Array(mesh.faceCount - mesh.internalFaceCount);
  for (const { name, start, size } of mesh.patches) {
    const type = boundaryTypes[name];
    if (size > 0 && type !== 'dirichlet' && type !== 'neumann') {
      throw new InvalidInputError(
        `encoderInputs: patch '${name}' needs a boundary type 'dirichlet' or 'neumann', got ${type}`,
      );
    }
    if (type === 'dirichlet') {
      dirichlet.fill(1, start - mesh.internalFaceCount, start - mesh.internalFaceCount + size);
    }
  }
  return dirichlet;
}

/** log(κ / geometric volume mean of κ), `[cell]` */
function logConductivity(mesh: Mesh, conductivity: number | Float64Array | undefined): Float64Array {
  const { cellCount, cellVolumes } = mesh;
  if (conductivity === undefined || typeof conductivity === 'number') return new Float64Array(cellCount);
  if (conductivity.length !== cellCount) {
    throw new InvalidInputError(
      `encoderInputs: conductivity should have one value per cell, ${cellCount}, got ${conductivity.length}`,
    );
  }
  let volume = 0;
  let mean = 0;
  for (let cell = 0; cell < cellCount; cell++) {
    if (!(conductivity[cell] > 0 && conductivity[cell] < Number.POSITIVE_INFINITY)) {
      throw new InvalidInputError(
        `encoderInputs: conductivity should be positive, conductivity[${cell}] is ${conductivity[cell]}`,
      );
    }
    volume += cellVolumes[cell];
    mean += cellVolumes[cell] * Math.log(conductivity[cell]);
  }
  return conductivity.map((kappa) => Math.log(kappa) - mean / volume);
}

const NO_SUCH_FACE = 2;

/** Widths δ of the boundary layers told to the network, over the domain's half length. */
const BOUNDARY_LAYERS = [0.08, 0.3];

function requireFaceValues(values: Float64Array | undefined, faceCount: number): void {
  if (!values) return;
  if (values.length !== faceCount) {
    throw new InvalidInputError(
      `encoderInputs: boundaryValues should have one value per boundary face, ${faceCount}, got ${values.length}`,
    );
  }
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new InvalidInputError(`encoderInputs: boundaryValues[${bad}] is ${values[bad]}, expected a number`);
  }
}

/** Distance of each centroid to the nearest face centroid of either type over `length`, cut at {@link NO_SUCH_FACE}. */
function boundaryDistances(
  mesh: Mesh,
  dirichletOfFace: Uint8Array,
  length: number,
): { readonly neumann: Float64Array; readonly dirichlet: Float64Array } {
  const { dimension, cellCentroids, faceCentroids, internalFaceCount } = mesh;
  const [neumann, dirichlet] = [0, 1].map((type) => {
    const centroids: number[] = [];
    for (let i = 0; i < dirichletOfFace.length; i++) {
      const face = internalFaceCount + i;
      if (dirichletOfFace[i] !== type) continue;
      for (let axis = 0; axis < dimension; axis++) centroids.push(faceCentroids[face * dimension + axis]);
    }
    const to = Float64Array.from(centroids);
    const distances = nearestDistances(cellCentroids, to, dimension, NO_SUCH_FACE * length);
    return distances.map((distance) => distance / length);
  });
  return { neumann, dirichlet };
}

import { InvalidInputError } from '../common/errors.js';
import type { Mesh, Patch } from '../geometry/mesh.js';
import type { OperatorBoundaries, PeriodicCondition } from './boundary-conditions.js';

/** Boundary faces that are one and the same after a translation. */
export interface PeriodicFaces {
  /** `[pair]` faces of the patches that come first */
  readonly faces: Int32Array;
  /** `[pair]` the same faces on their partners */
  readonly partners: Int32Array;
}

/** Largest distance of matching centroids, and difference of their sizes, over the face's own size. */
const MATCHING_TOLERANCE = 1e-4;

/**
 * Pairs the faces of periodic patches by translation; undefined without periodic patches.
 *
 * @throws InvalidInputError when patches do not name each other or their faces do not match
 */
export function periodicFaces(mesh: Mesh, boundaries: OperatorBoundaries): PeriodicFaces | undefined {
  const faces: number[] = [];
  const partners: number[] = [];
  mesh.patches.forEach((patch, index) => {
    const condition = periodicOf(boundaries, patch.name);
    if (!condition) return;
    const other = mesh.patches.findIndex(({ name }) => name === condition.partner);
    const back = periodicOf(boundaries, condition.partner);
    if (other === index || back?.partner !== patch.name) {
      throw new InvalidInputError(
        `solvers.assembleOperator: periodic patch '${patch.name}' names the partner '${condition.partner}', which ` +
          'should be another periodic patch that names it in turn',
      );
    }
    if (other < index) return;
    const partner = mesh.patches[other];
    if (partner.size !== patch.size) {
      throw mismatch(patch, partner, `they have ${patch.size} and ${partner.size} faces`);
    }
    const translation =
      condition.translation ?? back.translation?.map((x) => -x) ?? centroidDifference(mesh, patch, partner);
    for (const [face, found] of match(mesh, patch, partner, translation)) {
      faces.push(face);
      partners.push(found);
    }
  });
  if (faces.length === 0) return undefined;
  return { faces: Int32Array.from(faces), partners: Int32Array.from(partners) };
}

function periodicOf(boundaries: OperatorBoundaries, name: string): PeriodicCondition | undefined {
  const boundary = Object.hasOwn(boundaries, name) ? boundaries[name] : undefined;
  return typeof boundary === 'object' && boundary.type === 'periodic' ? boundary : undefined;
}

function mismatch(patch: Patch, partner: Patch, why: string): InvalidInputError {
  return new InvalidInputError(
    `solvers.assembleOperator: the faces of the periodic patches '${patch.name}' and '${partner.name}' do not match: ` +
      `${why}; mesh both sides alike, or give the translation from one to the other`,
  );
}

function centroidDifference(mesh: Mesh, patch: Patch, partner: Patch): number[] {
  const from = centroid(mesh, patch);
  return centroid(mesh, partner).map((value, k) => value - from[k]);
}

function centroid({ dimension, faceAreas, faceCentroids }: Mesh, { start, size }: Patch): number[] {
  const sum = new Array<number>(dimension).fill(0);
  let area = 0;
  for (let face = start; face < start + size; face++) {
    area += faceAreas[face];
    for (let k = 0; k < dimension; k++) sum[k] += faceAreas[face] * faceCentroids[face * dimension + k];
  }
  return sum.map((value) => value / area);
}

/** Nearest faces through a grid of bins as large as the tolerance: a match is in a face's bin or next to it. */
function* match(
  mesh: Mesh,
  patch: Patch,
  partner: Patch,
  translation: readonly number[],
): Generator<[number, number]> {
  const { dimension, faceAreas, faceCentroids, faceNormals } = mesh;
  if (translation.length !== dimension || !translation.every(Number.isFinite)) {
    throw mismatch(
      patch,
      partner,
      `the translation [${translation}] should have ${dimension} finite components`,
    );
  }
  const faceSize = (face: number) => faceAreas[face] ** (1 / (dimension - 1));
  let tolerance = Number.POSITIVE_INFINITY;
  for (let face = partner.start; face < partner.start + partner.size; face++) {
    tolerance = Math.min(tolerance, MATCHING_TOLERANCE * faceSize(face));
  }
  const bins = new Map<string, number[]>();
  for (let face = partner.start; face < partner.start + partner.size; face++) {
    const at = face * dimension;
    const bin = Array.from(faceCentroids.subarray(at, at + dimension), (x) => Math.floor(x / tolerance));
    const key = bin.join();
    const members = bins.get(key);
    if (members) members.push(face);
    else bins.set(key, [face]);
  }
  const taken = new Set<number>();
  for (let face = patch.start; face < patch.start + patch.size; face++) {
    const target = translation.map((shift, k) => faceCentroids[face * dimension + k] + shift);
    const found = candidates(bins, target, tolerance).find((other) => {
      let distance = 0;
      let cosine = 0;
      for (let k = 0; k < dimension; k++) {
        distance += (faceCentroids[other * dimension + k] - target[k]) ** 2;
        cosine += faceNormals[face * dimension + k] * faceNormals[other * dimension + k];
      }
      return (
        !taken.has(other) &&
        Math.sqrt(distance) <= tolerance &&
        Math.abs(cosine + 1) <= MATCHING_TOLERANCE &&
        Math.abs(faceAreas[other] - faceAreas[face]) <= 2 * dimension * MATCHING_TOLERANCE * faceAreas[face]
      );
    });
    if (found === undefined) {
      const shown = target.map((x) => Number(x.toPrecision(6))).join(', ');
      throw mismatch(patch, partner, `none of equal size and opposite normal is at (${shown})`);
    }
    taken.add(found);
    yield [face, found];
  }
}

function candidates(bins: ReadonlyMap<string, number[]>, target: readonly number[], size: number): number[] {
  let keys: number[][] = [[]];
  for (const x of target) {
    const bin = Math.floor(x / size);
    keys = keys.flatMap((key) => [bin - 1, bin, bin + 1].map((near) => [...key, near]));
  }
  return keys.flatMap((key) => bins.get(key.join()) ?? []);
}

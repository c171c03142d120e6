import { InvalidInputError } from '../common/errors.js';
import type { Mesh } from '../geometry/mesh.js';
import { type SampledValue, sampleValues } from './sampled-values.js';

/** u jumps by R times the flux density across internal faces: u_P − u_N = −R κ ∂u/∂n, n from P to N. */
export interface ContactResistance {
  /** Name of one of the mesh's interfaces, or indices of internal faces */
  readonly interface: string | Int32Array;
  /** R ≥ 0 in m² K/W: a number, one value per face in that order, or a function of the face centroid */
  readonly resistance: SampledValue;
}

/**
 * R of every internal face, `[internal face]`; undefined without any. Resistances on the same face add up.
 *
 * @throws InvalidInputError on unknown interfaces, faces that are not internal, and negative or infinite R
 */
export function faceResistances(
  mesh: Mesh,
  contacts: readonly ContactResistance[] = [],
): Float64Array | undefined {
  if (contacts.length === 0) return undefined;
  const { dimension, internalFaceCount } = mesh;
  const resistances = new Float64Array(internalFaceCount);
  contacts.forEach((contact, index) => {
    const name = `contactResistances[${index}].resistance`;
    const faces = facesOf(mesh, contact.interface, index);
    const positions = new Float64Array(faces.length * dimension);
    faces.forEach((face, i) => {
      const at = face * dimension;
      positions.set(mesh.faceCentroids.subarray(at, at + dimension), i * dimension);
    });
    const places = { entity: 'face', count: faces.length, positions, dimension, first: 0 } as const;
    sampleValues(name, contact.resistance, places).forEach((resistance, i) => {
      if (resistance < 0) {
        throw new InvalidInputError(`solvers: ${name}[${i}] is ${resistance}, expected R >= 0`);
      }
      resistances[faces[i]] += resistance;
    });
  });
  return resistances;
}

function facesOf(mesh: Mesh, selected: string | Int32Array, index: number): Int32Array {
  if (typeof selected !== 'string') {
    const outside = selected.find((face) => !(face >= 0 && face < mesh.internalFaceCount));
    if (outside === undefined) return selected;
    throw new InvalidInputError(
      `solvers: contactResistances[${index}].interface names face ${outside}; the internal faces of this mesh are ` +
        `0 to ${mesh.internalFaceCount - 1}`,
    );
  }
  const found = mesh.interfaces?.find(({ name }) => name === selected);
  if (found) return found.faces;
  const names = (mesh.interfaces ?? []).map(({ name }) => name);
  throw new InvalidInputError(
    `solvers: contactResistances[${index}]: no interface is named '${selected}'; ` +
      (names.length > 0
        ? `the interfaces of this mesh are ${names.join(', ')}`
        : 'this mesh has no interfaces'),
  );
}

import { FileError } from '../../common/errors.js';
import { excerpt } from '../../geometry/formats/excerpt.js';
import type { MeshFile } from '../../geometry/formats/mesh-file.js';
import { STEP_SIZE, type Steps } from '../../geometry/steps.js';
import { surfaceFile } from './surface-file.js';

/**
 * Reads the vertices and faces of a Wavefront OBJ file; texture, normals, groups, curves and materials are passed over.
 * Source: Wavefront Technologies, "Object Files (.obj)", version 3.0.
 *
 * @throws FileError with the line, if a vertex is no three numbers or a face names a vertex that does not exist; without faces
 */
export function* readObjSteps(bytes: Uint8Array): Steps<MeshFile> {
  const text = new TextDecoder().decode(bytes);
  const points: number[] = [];
  const cellPoints: number[] = [];
  const offsets = [0];
  let lineNumber = 0;
  let reported = 0;
  for (let start = 0; start < text.length; ) {
    let end = text.indexOf('\n', start);
    if (end < 0) end = text.length;
    lineNumber++;
    const words = text.slice(start, end).split('#')[0].trim().split(/\s+/);
    start = end + 1;
    if (words[0] === 'v') {
      for (let k = 1; k <= 3; k++) {
        const value = Number(words[k] ?? NaN);
        if (!Number.isFinite(value))
          throw new FileError(
            `readObj: line ${lineNumber} must be 'v' and three numbers, got '${excerpt(words.join(' '))}'.`,
          );
        points.push(value);
      }
    } else if (words[0] === 'f') {
      if (words.length < 4)
        throw new FileError(
          `readObj: the face in line ${lineNumber} has ${words.length - 1} vertices; 3 are needed.`,
        );
      for (const word of words.slice(1)) {
        const given = Number.parseInt(word, 10);
        // negative numbers count back from the vertex read last
        const index = given < 0 ? points.length / 3 + given : given - 1;
        if (!(index >= 0 && index < points.length / 3))
          throw new FileError(
            `readObj: the face in line ${lineNumber} names vertex '${excerpt(word)}'; ${points.length / 3} vertices come before it.`,
          );
        cellPoints.push(index);
      }
      offsets.push(cellPoints.length);
    }
    if (end - reported > STEP_SIZE) {
      reported = end;
      yield end;
    }
  }
  if (offsets.length === 1)
    throw new FileError('readObj: the file has no faces; it is no OBJ file or holds no surface.');
  return surfaceFile(Float64Array.from(points), Int32Array.from(offsets), Int32Array.from(cellPoints));
}

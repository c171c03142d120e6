import { FileError } from '../../common/errors.js';
import { excerpt } from '../../geometry/formats/excerpt.js';
import { define, type FileArray, type MeshFile } from '../../geometry/formats/mesh-file.js';
import { type Matrix, multiply, nodeMatrix, transformPoint } from './node-matrix.js';
import { surfaceFile } from './surface-file.js';

/** What is read of a glTF document; everything else in it is passed over. */
interface Gltf {
  scene?: number;
  scenes?: { nodes?: number[] }[];
  nodes?: ({ mesh?: number; children?: number[] } & Parameters<typeof nodeMatrix>[0])[];
  meshes?: { primitives: { mode?: number; indices?: number; attributes: Record<string, number> }[] }[];
  accessors?: {
    bufferView?: number;
    byteOffset?: number;
    componentType: number;
    count: number;
    type: string;
    normalized?: boolean;
    sparse?: unknown;
  }[];
  bufferViews?: { buffer: number; byteOffset?: number; byteLength: number; byteStride?: number }[];
  buffers?: { uri?: string }[];
  extensionsRequired?: string[];
}

const COMPONENTS: Readonly<Record<string, number>> = { SCALAR: 1, VEC2: 2, VEC3: 3, VEC4: 4 };
const READERS: Readonly<
  Record<number, readonly [bytes: number, read: (view: DataView, at: number) => number]>
> = {
  5120: [1, (view, at) => view.getInt8(at)],
  5121: [1, (view, at) => view.getUint8(at)],
  5122: [2, (view, at) => view.getInt16(at, true)],
  5123: [2, (view, at) => view.getUint16(at, true)],
  5125: [4, (view, at) => view.getUint32(at, true)],
  5126: [4, (view, at) => view.getFloat32(at, true)],
};
const TRIANGLES = 4;
const JSON_CHUNK = 0x4e4f534a;
const BINARY_CHUNK = 0x004e4942;

/**
 * Reads the triangles of a binary glTF 2.0 file, placed by the nodes of its scene; attributes of one number whose name starts
 * with `_` become point data. Materials, textures, skins and animations are passed over.
 * Source: Khronos Group, "glTF 2.0 Specification", ISO/IEC 12113.
 *
 * @throws FileError if the file is truncated or corrupt, refers to other files, is compressed (Draco, meshopt) or has no
 * triangles
 */
export function readGlb(bytes: Uint8Array): MeshFile {
  const { gltf, binary } = readChunks(bytes);
  if (gltf.extensionsRequired?.length)
    throw new FileError(
      `readGlb: the file needs the extension ${excerpt(gltf.extensionsRequired.join(', '))}; save it without compression.`,
    );
  const points: number[] = [];
  const triangles: number[] = [];
  const scalars = new Map<string, number[]>();
  const visited = new Set<number>();
  const visit = (index: number, parent: Matrix | undefined) => {
    const node = gltf.nodes?.[index];
    if (!node || visited.has(index))
      throw new FileError(`readGlb: node ${index} does not exist or has two parents; the file is corrupt.`);
    visited.add(index);
    const own = nodeMatrix(node);
    const matrix = parent ? multiply(parent, own) : own;
    for (const { mode = TRIANGLES, indices, attributes } of gltf.meshes?.[node.mesh ?? -1]?.primitives ??
      []) {
      if (mode !== TRIANGLES || attributes.POSITION === undefined) continue;
      const first = points.length / 3;
      const { values } = readAccessor(gltf, binary, attributes.POSITION, 3);
      for (let i = 0; i < values.length; i += 3) points.push(...transformPoint(matrix, values, i));
      const count = values.length / 3;
      const list = indices === undefined ? undefined : readAccessor(gltf, binary, indices, 1).values;
      const cornerCount = list ? list.length : count;
      for (let i = 0; i < cornerCount - (cornerCount % 3); i++) {
        const corner = list ? list[i] : i;
        if (corner >= count)
          throw new FileError(
            `readGlb: a triangle names vertex ${corner}; there are ${count}. The file is corrupt.`,
          );
        triangles.push(first + corner);
      }
      for (const [name, accessor] of Object.entries(attributes)) {
        if (!name.startsWith('_') || gltf.accessors?.[accessor]?.type !== 'SCALAR') continue;
        const column = scalars.get(name.slice(1)) ?? [];
        while (column.length < first) column.push(NaN);
        for (const value of readAccessor(gltf, binary, accessor, 1).values) column.push(value);
        scalars.set(name.slice(1), column);
      }
    }
    for (const child of node.children ?? []) visit(child, matrix);
  };
  for (const node of gltf.scenes?.[gltf.scene ?? 0]?.nodes ?? []) visit(node, undefined);
  if (triangles.length === 0) throw new FileError('readGlb: the scene has no triangles.');
  const pointData: Record<string, FileArray> = {};
  for (const [name, column] of scalars) {
    const values = new Float64Array(points.length / 3).fill(NaN);
    values.set(column.slice(0, values.length));
    define(pointData, name, { components: 1, values, type: 'Float64' });
  }
  const offsets = Int32Array.from({ length: triangles.length / 3 + 1 }, (_, c) => 3 * c);
  return surfaceFile(Float64Array.from(points), offsets, Int32Array.from(triangles), { pointData });
}

function readChunks(bytes: Uint8Array): { gltf: Gltf; binary: DataView } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const short = () => new FileError(`readGlb: the file is truncated at ${bytes.length} bytes.`);
  if (bytes.length < 20) throw short();
  const version = view.getUint32(4, true);
  if (version !== 2) throw new FileError(`readGlb: glTF version 2 is read, the file has ${version}.`);
  let gltf: Gltf | undefined;
  let binary: DataView = new DataView(new ArrayBuffer(0));
  for (let at = 12; at + 8 <= bytes.length; ) {
    const length = view.getUint32(at, true);
    const type = view.getUint32(at + 4, true);
    if (at + 8 + length > bytes.length) throw short();
    const chunk = bytes.subarray(at + 8, at + 8 + length);
    if (type === JSON_CHUNK) {
      try {
        gltf = JSON.parse(new TextDecoder().decode(chunk));
      } catch (cause) {
        throw new FileError(`readGlb: its description is not JSON: ${(cause as Error).message}`, { cause });
      }
    } else if (type === BINARY_CHUNK) binary = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    at += 8 + length;
  }
  if (!gltf || typeof gltf !== 'object')
    throw new FileError('readGlb: the file has no description (JSON chunk).');
  return { gltf, binary };
}

function readAccessor(gltf: Gltf, binary: DataView, index: number, components: number) {
  const accessor = gltf.accessors?.[index];
  const bufferView = gltf.bufferViews?.[accessor?.bufferView ?? -1];
  const reader = READERS[accessor?.componentType ?? -1];
  if (!accessor || !bufferView || !reader || COMPONENTS[accessor.type] !== components || accessor.sparse)
    throw new FileError(`readGlb: accessor ${index} is missing, sparse or of a kind that is not read.`);
  if (bufferView.buffer !== 0 || gltf.buffers?.[0]?.uri !== undefined)
    throw new FileError('readGlb: the file refers to data in other files; save it as one .glb.');
  const [bytes, read] = reader;
  const stride = bufferView.byteStride ?? bytes * components;
  const start = (bufferView.byteOffset ?? 0) + (accessor.byteOffset ?? 0);
  const { count } = accessor;
  if (!(count >= 0 && start + (count - 1) * stride + bytes * components <= binary.byteLength))
    throw new FileError(
      `readGlb: accessor ${index} reaches beyond the data; the file is truncated or corrupt.`,
    );
  const values = new Float64Array(count * components);
  for (let row = 0; row < count; row++)
    for (let k = 0; k < components; k++)
      values[row * components + k] = read(binary, start + row * stride + k * bytes);
  return { values };
}

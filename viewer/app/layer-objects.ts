import {
  BufferAttribute,
  BufferGeometry,
  ConeGeometry,
  CylinderGeometry,
  InstancedBufferAttribute,
  InstancedBufferGeometry,
  Mesh,
} from 'three';
import { mergeGeometries } from 'three/addons/utils/BufferGeometryUtils.js';
import type { DrawnTriangles } from '../data/data-service.js';
import type { Glyphs, LinePieces } from '../data/layers.js';
import { LayerMaterial, type LayerShape } from './layer-material.js';

/** One layer in one panel. */
export type LayerObject = Mesh<BufferGeometry, LayerMaterial>;

/** The geometry of a layer without its numbers; every panel shares its buffers. */
export type LayerGeometry = { readonly shape: LayerShape; readonly geometry: BufferGeometry };

export function triangleGeometry({
  positions,
  edges,
}: Pick<DrawnTriangles, 'positions' | 'edges'>): LayerGeometry {
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new BufferAttribute(positions, 3));
  const masks = new Uint8Array(3 * edges.length);
  for (let t = 0; t < edges.length; t++) masks.fill(edges[t], 3 * t, 3 * t + 3);
  geometry.setAttribute('edge', new BufferAttribute(masks, 1));
  return { shape: 'triangles', geometry };
}

export function glyphGeometry({ origins, directions }: Glyphs): LayerGeometry {
  const geometry = new InstancedBufferGeometry();
  geometry.setAttribute('position', arrow().getAttribute('position'));
  geometry.setAttribute('origin', new InstancedBufferAttribute(origins, 3));
  geometry.setAttribute('direction', new InstancedBufferAttribute(directions, 3));
  geometry.instanceCount = origins.length / 3;
  return { shape: 'glyphs', geometry };
}

export function lineGeometry({ starts, ends }: Pick<LinePieces, 'starts' | 'ends'>): LayerGeometry {
  const geometry = new InstancedBufferGeometry();
  // x: along the piece, y: across it
  const quad = Float32Array.of(0, -1, 0, 1, -1, 0, 1, 1, 0, 0, -1, 0, 1, 1, 0, 0, 1, 0);
  geometry.setAttribute('position', new BufferAttribute(quad, 3));
  geometry.setAttribute('start', new InstancedBufferAttribute(starts, 3));
  geometry.setAttribute('end', new InstancedBufferAttribute(ends, 3));
  geometry.instanceCount = starts.length / 3;
  return { shape: 'lines', geometry };
}

/** An object of a layer for one panel: shared geometry, numbers of its own. */
export function layerObject(
  { shape, geometry }: LayerGeometry,
  scalars: Float32Array<ArrayBuffer>,
  other?: Float32Array<ArrayBuffer>,
): LayerObject {
  const instanced = geometry instanceof InstancedBufferGeometry;
  const own = instanced ? new InstancedBufferGeometry() : new BufferGeometry();
  for (const [name, attribute] of Object.entries(geometry.attributes)) own.setAttribute(name, attribute);
  if (instanced) (own as InstancedBufferGeometry).instanceCount = geometry.instanceCount;
  const object = new Mesh(own, new LayerMaterial(shape));
  object.frustumCulled = false;
  setScalars(object, shape, 'scalar', scalars);
  if (other) setScalars(object, shape, 'otherScalar', other);
  return object;
}

/** Puts other numbers on an object: one array goes to the GPU, into the buffer that is there. */
export function setScalars(
  object: LayerObject,
  shape: LayerShape,
  name: 'scalar' | 'otherScalar',
  values: Float32Array<ArrayBuffer>,
): void {
  const { geometry } = object;
  const present = geometry.getAttribute(name) as BufferAttribute | undefined;
  if (present?.array.length === values.length) {
    (present.array as Float32Array).set(values);
    present.needsUpdate = true;
    return;
  }
  const itemSize = shape === 'lines' ? 2 : 1;
  geometry.setAttribute(
    name,
    shape === 'triangles'
      ? new BufferAttribute(values, itemSize)
      : new InstancedBufferAttribute(values, itemSize),
  );
}

/** An arrow of length 1 along z from the origin. */
function arrow(): BufferGeometry {
  const head = new ConeGeometry(0.14, 0.36, 8).translate(0, 0.82, 0);
  const shaft = new CylinderGeometry(0.05, 0.05, 0.64, 6).translate(0, 0.32, 0);
  return mergeGeometries([head, shaft])!
    .rotateX(Math.PI / 2)
    .toNonIndexed();
}

/** Edges of a box between two corners, as pieces of lines. */
export function boxEdges(
  low: readonly number[],
  high: readonly number[],
): Pick<LinePieces, 'starts' | 'ends'> {
  const starts: number[] = [];
  const ends: number[] = [];
  for (let axis = 0; axis < 3; axis++)
    for (const i of [low, high])
      for (const j of [low, high]) {
        const start = [0, 0, 0];
        const [next, third] = [(axis + 1) % 3, (axis + 2) % 3];
        start[axis] = low[axis];
        start[next] = i[next];
        start[third] = j[third];
        starts.push(...start);
        ends.push(...start.with(axis, high[axis]));
      }
  return { starts: Float32Array.from(starts), ends: Float32Array.from(ends) };
}

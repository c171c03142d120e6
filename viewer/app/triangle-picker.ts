import { type BufferGeometry, DoubleSide, type Ray, type Vector3 } from 'three';
import { CENTER, MeshBVH } from 'three-mesh-bvh';
import type { HiddenSide } from './layer-material.js';

export interface PickedTriangle {
  readonly triangle: number;
  /** Drawn frame */
  readonly position: readonly [number, number, number];
  readonly distance: number;
}

/** Finds the triangle of a layer that a ray meets first where the layer is not hidden. The tree is built when first asked. */
export class TrianglePicker {
  private tree?: MeshBVH;

  constructor(private readonly geometry: BufferGeometry) {}

  nearest(ray: Ray, hidden: readonly HiddenSide[]): PickedTriangle | undefined {
    if (this.geometry.getAttribute('position').count === 0) return undefined;
    // triangles keep their order, in which their cells are listed
    this.tree ??= new MeshBVH(this.geometry, { indirect: true, strategy: CENTER });
    let best: PickedTriangle | undefined;
    for (const { point, distance, faceIndex } of this.tree.raycast(ray, DoubleSide)) {
      if (faceIndex == null || (best && distance >= best.distance) || isHidden(point, hidden)) continue;
      best = { triangle: faceIndex, position: [point.x, point.y, point.z], distance };
    }
    return best;
  }
}

function isHidden({ x, y, z }: Vector3, hidden: readonly HiddenSide[]): boolean {
  return hidden.some(({ normal, offset }) => normal[0] * x + normal[1] * y + normal[2] * z > offset);
}

import { median } from '../common/median.js';
import {
  forEachCellAngle,
  type GenerateTetrahedraOptions,
  generateTetrahedra,
  type Mesh,
  type TetrahedralMesh,
  type TriangleSurface,
} from '../geometry/index.js';
import type { BenchCase } from './main.js';
import { startPeer } from './peer-process.js';

/** Quality of tetrahedra: counts of dihedral angles in bins of equal width from 0, degrees */
interface AngleCounts {
  readonly cells: number;
  readonly meanEdge: number;
  /** All angles, 18 bins of 10° */
  readonly angles: readonly number[];
  /** Smallest angle of every tetrahedron, 15 bins of 5° */
  readonly smallestAngles: readonly number[];
  readonly minimumAngle: number;
  readonly maximumAngle: number;
}

type PeerMesh = AngleCounts & { readonly milliseconds: number };

interface MeshCase {
  readonly name: string;
  readonly shape: string;
  readonly options: GenerateTetrahedraOptions;
}

/** Gmsh's mean edge over the size it is given; ours is 0.98 to 0.99 of the cell size */
const GMSH_EDGE = 1.35;
/** Gmsh's numbers: its default and the faster of its algorithms for tetrahedra */
const DELAUNAY = 1;
const HXT = 10;

const MESH_CASES: readonly MeshCase[] = [
  {
    name: '3D, 500k tetrahedra, sphere',
    shape: 'sphere',
    options: {
      signedDistance: (x, y, z) => Math.hypot(x, y, z) - 1,
      boundingBox: { low: [-1, -1, -1], high: [1, 1, 1] },
      cellSize: 0.043,
    },
  },
  {
    name: '3D, 500k tetrahedra, tube with sharp rims',
    shape: 'tube',
    options: { surface: tubeSurface(0.5, 1, 1, 256), cellSize: 0.0355 },
  },
];

/**
 * Tetrahedra against Gmsh on the same geometry with the same mean edge: time of meshing alone, surface included, and the dihedral angles of
 * both. `ratio_gmsh` is against the faster of its algorithms, `delaunay` is its default. Ours includes the faces, volumes and
 * normals of the finite-volume mesh.
 */
export async function mesh3dCases(repeats: number): Promise<BenchCase[]> {
  const peer = startPeer('mesh_3d.py');
  const results: BenchCase[] = [];
  for (const { name, shape, options } of MESH_CASES) {
    const times = { ours: [] as number[], delaunay: [] as number[], hxt: [] as number[] };
    let ours: TetrahedralMesh | undefined;
    let delaunay: PeerMesh | null = null;
    let hxt: PeerMesh | null = null;
    generateTetrahedra({ ...options, cellSize: 3 * options.cellSize }); // the first run compiles
    for (let repeat = 0; repeat < repeats; repeat++) {
      const started = performance.now();
      ours = generateTetrahedra(options);
      times.ours.push(performance.now() - started);
      const question = { shape, size: options.cellSize / GMSH_EDGE };
      delaunay = await peer.ask<PeerMesh>({ ...question, algorithm: DELAUNAY });
      hxt = await peer.ask<PeerMesh>({ ...question, algorithm: HXT });
      if (delaunay) times.delaunay.push(delaunay.milliseconds);
      if (hxt) times.hxt.push(hxt.milliseconds);
    }
    const ours_ms = median(times.ours);
    const gmsh_delaunay_ms = delaunay && median(times.delaunay);
    const gmsh_hxt_ms = hxt && median(times.hxt);
    const best = gmsh_delaunay_ms && gmsh_hxt_ms && Math.min(gmsh_delaunay_ms, gmsh_hxt_ms);
    results.push({
      name,
      ours_ms,
      gmsh_delaunay_ms,
      gmsh_hxt_ms,
      ratio_gmsh: best && ours_ms / best,
      ratio_gmsh_delaunay: gmsh_delaunay_ms && ours_ms / gmsh_delaunay_ms,
      ours_boundary_error_maximum: ours!.boundaryError.maximum,
      ours_sharp_edge_error: ours!.sharpEdgeError.vertices,
      ours_sharp_edge_sag: ours!.sharpEdgeError.curves,
      ...qualityFigures('ours', countAngles(ours!.mesh)),
      ...qualityFigures('gmsh_delaunay', delaunay),
      ...qualityFigures('gmsh_hxt', hxt),
    });
  }
  peer.stop();
  return results;
}

/** Histograms as percent of all, so that meshes of different numbers of cells compare. */
function qualityFigures(of: string, counts: AngleCounts | null): Record<string, number | string | null> {
  const percent = (bins: readonly number[], total: number) =>
    bins.map((count) => ((100 * count) / total).toFixed(2)).join(' ');
  return {
    [`${of}_cells`]: counts?.cells ?? null,
    [`${of}_mean_edge`]: counts?.meanEdge ?? null,
    [`${of}_minimum_angle`]: counts?.minimumAngle ?? null,
    [`${of}_maximum_angle`]: counts?.maximumAngle ?? null,
    [`${of}_angles_percent_by_10_degrees`]: counts && percent(counts.angles, 6 * counts.cells),
    [`${of}_smallest_angles_percent_by_5_degrees`]: counts && percent(counts.smallestAngles, counts.cells),
  };
}

function countAngles(mesh: Mesh): AngleCounts {
  const angles = new Array<number>(18).fill(0);
  const smallest = new Float64Array(mesh.cellCount).fill(180);
  let maximumAngle = 0;
  forEachCellAngle(mesh, (cell, angle) => {
    angles[Math.min(17, Math.floor(angle / 10))]++;
    smallest[cell] = Math.min(smallest[cell], angle);
    maximumAngle = Math.max(maximumAngle, angle);
  });
  const smallestAngles = new Array<number>(15).fill(0);
  for (const angle of smallest) smallestAngles[Math.min(14, Math.floor(angle / 5))]++;
  const minimumAngle = smallest.reduce((least, angle) => Math.min(least, angle), 180);
  return {
    cells: mesh.cellCount,
    meanEdge: meanEdge(mesh),
    angles,
    smallestAngles,
    minimumAngle,
    maximumAngle,
  };
}

function meanEdge({ points, cellPoints, cellCount }: Mesh): number {
  const pointCount = points.length / 3;
  const seen = new Set<number>();
  let sum = 0;
  for (let c = 0; c < cellCount; c++)
    for (let i = 0; i < 4; i++)
      for (let j = 0; j < i; j++) {
        const [a, b] = [cellPoints[4 * c + i], cellPoints[4 * c + j]];
        const key = Math.min(a, b) * pointCount + Math.max(a, b);
        if (seen.has(key)) continue;
        seen.add(key);
        sum += Math.hypot(...[0, 1, 2].map((k) => points[3 * a + k] - points[3 * b + k]));
      }
  return sum / seen.size;
}

/** The cylinder of radius `outer` around the z axis with a coaxial hole. */
function tubeSurface(inner: number, outer: number, length: number, sides: number): TriangleSurface {
  // four rings: inner and outer at the bottom, outer and inner at the top
  const rings = [
    [inner, 0],
    [outer, 0],
    [outer, length],
    [inner, length],
  ];
  const points: number[] = [];
  for (const [radius, z] of rings)
    for (let i = 0; i < sides; i++) {
      const angle = (2 * Math.PI * i) / sides;
      points.push(radius * Math.cos(angle), radius * Math.sin(angle), z);
    }
  const triangles: number[] = [];
  for (let r = 0; r < 4; r++)
    for (let i = 0; i < sides; i++) {
      const [a, b] = [r * sides + i, r * sides + ((i + 1) % sides)];
      const [c, d] = [((r + 1) % 4) * sides + i, ((r + 1) % 4) * sides + ((i + 1) % sides)];
      triangles.push(a, b, d, a, d, c);
    }
  return { points: Float64Array.from(points), triangles: Int32Array.from(triangles) };
}

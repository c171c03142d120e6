import { median } from '../common/median.js';
import {
  cornerRemovedSquare,
  type GenerateMeshOptions,
  generateMesh,
  type Mesh,
  type PolygonGeometry,
  plateWithHoles,
} from '../geometry/index.js';
import type { BenchCase } from './main.js';
import { mesh3dCases } from './mesh-3d.js';
import { type PeerProcess, startPeer } from './peer-process.js';

/** Quality of triangles: counts of angles in bins of equal width from 0, degrees */
interface AngleCounts {
  readonly cells: number;
  /** All angles, 18 bins of 10° */
  readonly angles: readonly number[];
  /** Smallest angle of every triangle, 12 bins of 5° */
  readonly smallestAngles: readonly number[];
  readonly minimumAngle: number;
  readonly meanSmallestAngle: number;
}

type PeerMesh = AngleCounts & { readonly milliseconds: number };

interface MeshCase {
  readonly name: string;
  readonly geometry: PolygonGeometry;
  readonly options: GenerateMeshOptions;
  /** The size of the options in Gmsh's language: a number or an expression of x and y */
  readonly size: number | string;
}

/** Gmsh's numbers: the default and the fastest of its algorithms for triangles */
const FRONTAL = 6;
const DELAUNAY = 5;

function meshCases(): MeshCase[] {
  const corners = cornerRemovedSquare({ corners: 4, seed: 1 });
  const plate = plateWithHoles({ holes: 6, seed: 2 });
  const inclusions = plate.holes!.map(({ vertices }, i) => ({
    name: `rim-${i}`,
    vertices,
    closed: true,
    region: 'fibre',
  }));
  return [
    {
      name: '2D, 100k triangles, square with 4 corners removed, uniform',
      geometry: corners,
      options: { cellSize: 0.0246 },
      size: 0.0246,
    },
    {
      name: '2D, 100k triangles, plate with 6 holes, uniform',
      geometry: plate,
      options: { cellSize: 0.0285 },
      size: 0.0285,
    },
    {
      name: '2D, 100k triangles, plate with 6 inclusions, uniform',
      geometry: { outer: plate.outer, interfaces: inclusions },
      options: { cellSize: 0.0298 },
      size: 0.0298,
    },
    {
      name: '2D, 100k triangles, plate with 6 holes, size 0.01 + 0.01 x',
      geometry: plate,
      options: { cellSize: (x) => 0.01 + 0.01 * x },
      size: '0.01+0.01*x',
    },
  ];
}

/**
 * Triangle meshes against Gmsh on the same geometry and sizes: time of meshing alone (not of reading the result) and the
 * angles of both. `ratio_gmsh` is against the faster of its algorithms, `frontal` is its default.
 */
export async function mesh2dCases(repeats: number): Promise<BenchCase[]> {
  const peer = startPeer('mesh_2d.py');
  const results: BenchCase[] = [];
  for (const meshCase of meshCases()) results.push(await compare(meshCase, peer, repeats));
  peer.stop();
  return results;
}

export async function run(repeats: number): Promise<BenchCase[]> {
  return [...(await mesh2dCases(repeats)), ...(await mesh3dCases(repeats))];
}

async function compare(
  { name, geometry, options, size }: MeshCase,
  peer: PeerProcess,
  repeats: number,
): Promise<BenchCase> {
  const times = { ours: [] as number[], frontal: [] as number[], delaunay: [] as number[] };
  const question = {
    outer: geometry.outer.vertices,
    holes: (geometry.holes ?? []).map(({ vertices }) => vertices),
    inclusions: (geometry.interfaces ?? []).map(({ vertices }) => vertices),
    size,
  };
  let ours: Mesh | undefined;
  let frontal: PeerMesh | null = null;
  let delaunay: PeerMesh | null = null;
  for (let repeat = -1; repeat < repeats; repeat++) {
    const started = performance.now();
    ours = generateMesh(geometry, options);
    const elapsed = performance.now() - started;
    frontal = await peer.ask<PeerMesh>({ ...question, algorithm: FRONTAL });
    delaunay = await peer.ask<PeerMesh>({ ...question, algorithm: DELAUNAY });
    if (repeat < 0) continue; // the first run compiles
    times.ours.push(elapsed);
    if (frontal) times.frontal.push(frontal.milliseconds);
    if (delaunay) times.delaunay.push(delaunay.milliseconds);
  }
  const ours_ms = median(times.ours);
  const gmsh_frontal_ms = frontal && median(times.frontal);
  const gmsh_delaunay_ms = delaunay && median(times.delaunay);
  const best = gmsh_frontal_ms && gmsh_delaunay_ms && Math.min(gmsh_frontal_ms, gmsh_delaunay_ms);
  return {
    name,
    ours_ms,
    gmsh_frontal_ms,
    gmsh_delaunay_ms,
    ratio_gmsh: best && ours_ms / best,
    ratio_gmsh_frontal: gmsh_frontal_ms && ours_ms / gmsh_frontal_ms,
    ...qualityFigures('ours', countAngles(ours!)),
    ...qualityFigures('gmsh_frontal', frontal),
    ...qualityFigures('gmsh_delaunay', delaunay),
  };
}

/** Histograms as percent of all, so that meshes of different numbers of cells compare. */
function qualityFigures(of: string, counts: AngleCounts | null): Record<string, number | string | null> {
  const percent = (bins: readonly number[], total: number) =>
    bins.map((count) => ((100 * count) / total).toFixed(2)).join(' ');
  return {
    [`${of}_cells`]: counts?.cells ?? null,
    [`${of}_minimum_angle`]: counts?.minimumAngle ?? null,
    [`${of}_mean_smallest_angle`]: counts?.meanSmallestAngle ?? null,
    [`${of}_angles_percent_by_10_degrees`]: counts && percent(counts.angles, 3 * counts.cells),
    [`${of}_smallest_angles_percent_by_5_degrees`]: counts && percent(counts.smallestAngles, counts.cells),
  };
}

function countAngles({ points, cellPoints, cellCount }: Mesh): AngleCounts {
  const angles = new Array<number>(18).fill(0);
  const smallestAngles = new Array<number>(12).fill(0);
  let [minimumAngle, sum] = [180, 0];
  for (let c = 0; c < cellCount; c++) {
    const corners = [0, 1, 2].map((i) => cellPoints[3 * c + i]);
    const of = corners.map((p, i) => {
      const [a, b] = [corners[(i + 1) % 3], corners[(i + 2) % 3]];
      const [ux, uy] = [points[2 * a] - points[2 * p], points[2 * a + 1] - points[2 * p + 1]];
      const [vx, vy] = [points[2 * b] - points[2 * p], points[2 * b + 1] - points[2 * p + 1]];
      return (Math.atan2(ux * vy - uy * vx, ux * vx + uy * vy) * 180) / Math.PI;
    });
    for (const angle of of) angles[Math.floor(angle / 10)]++;
    const smallest = Math.min(...of);
    smallestAngles[Math.min(11, Math.floor(smallest / 5))]++;
    minimumAngle = Math.min(minimumAngle, smallest);
    sum += smallest;
  }
  return { cells: cellCount, angles, smallestAngles, minimumAngle, meanSmallestAngle: sum / cellCount };
}

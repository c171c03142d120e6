import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateMesh, plateWithHoles, writeVtu } from 'fieldsmith/geometry';
import { type BoundaryConditions, heatBalance, solve } from 'fieldsmith/solvers';

/**
 * A steel plate of 0.4 m × 0.2 m with three cooled holes, heated evenly: mesh, temperature, heat through every patch,
 * and a VTU file for ParaView in `folder`.
 */
export async function run(folder = 'runs/plate') {
  const mesh = generateMesh(plateWithHoles({ holes: 3, seed: 4, width: 0.4, height: 0.2 }), {
    cellSize: 0.005,
  });
  const conductivity = 50; // W/(m K)
  const source = 2e5; // W/m³
  // holes at 20 °C, left side loses 1 kW/m², the other sides are insulated
  const boundaryConditions: BoundaryConditions = Object.fromEntries(
    mesh.patches.map(({ name }) => [
      name,
      name.startsWith('hole')
        ? { type: 'dirichlet', value: 20 }
        : { type: 'neumann', flux: name === 'left' ? -1000 : 0 },
    ]),
  );
  const problem = { mesh, conductivity, source, boundaryConditions };
  const answer = await solve(problem, { relativeTolerance: 1e-10 });
  const { patches, source: produced } = heatBalance(problem, answer);
  // what leaves over what is produced: 1 when no heat gets lost between the cells
  const balance = -patches.reduce((sum, { rate }) => sum + rate, 0) / produced;

  const file = join(folder, 'plate.vtu');
  mkdirSync(folder, { recursive: true });
  const { solution: temperature, relativeResidual } = answer;
  writeFileSync(file, writeVtu(mesh, { cellData: { temperature }, units: { temperature: '°C' } }));
  const hottest = Math.max(...temperature);
  return { file, cells: mesh.cellCount, hottest, relativeResidual, heatBalance: balance };
}

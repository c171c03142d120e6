import { join } from 'node:path';
import { generateMesh, plateWithHoles } from 'fieldsmith/geometry';
import { writeSeries } from 'fieldsmith/geometry/files';
import { solveTransient, type TransientProblem } from 'fieldsmith/solvers';

/**
 * A steel plate with three cooled holes whose heating is switched off after five minutes: temperatures over time, heat
 * kept and lost, and a series of VTU files for ParaView in `folder`. Steel conducts less the hotter it is.
 */
export async function run(folder = 'runs/transient-plate') {
  const mesh = generateMesh(plateWithHoles({ holes: 3, seed: 4, width: 0.4, height: 0.2 }), {
    cellSize: 0.01,
  });
  const problem: TransientProblem = {
    mesh,
    heatCapacity: 7850 * 470, // kg/m³ · J/(kg K)
    conductivity: { of: (temperature) => 54 - 0.033 * temperature }, // W/(m K), temperature in °C
    source: { at: (time) => (time < 300 ? 1e6 : 0) }, // W/m³
    // coolant of 15 °C in the holes, still air of 20 °C around
    boundaryConditions: Object.fromEntries(
      mesh.patches.map(({ name }) => [
        name,
        name.startsWith('hole')
          ? { type: 'robin', coefficient: 3000, ambient: 15 }
          : { type: 'robin', coefficient: 8, ambient: 20 },
      ]),
    ),
    initial: 20,
  };
  const { times, frames, steps, heat } = await solveTransient(problem, {
    end: 900,
    times: Array.from({ length: 31 }, (_, i) => 30 * i),
    tolerance: 0.02,
  });
  const peaks = frames.map((frame) => frame.reduce((most, value) => Math.max(most, value)));

  const file = join(folder, 'plate.pvd');
  const units = { temperature: '°C' };
  await writeSeries(
    file,
    times.map((time, i) => ({ time, mesh, cellData: { temperature: frames[i] }, vtu: { units } })),
  );
  return {
    file,
    frames: times.length,
    steps: steps.length,
    peak: Math.max(...peaks),
    peakAt: times[peaks.indexOf(Math.max(...peaks))],
    peakAtTheEnd: peaks[peaks.length - 1],
    /** MJ per metre of thickness */
    heatLeft: heat.stored / 1e6,
    heatImbalance: heat.relativeImbalance,
  };
}

// Reads a million hexahedra from files of every format: node scripts/measure-formats.mjs [cells per edge]. Prints, per file,
// megabytes, MB/s of decoding, and peak memory of decoding as a multiple of the file, each in a process of its own.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as geometry from '../dist/geometry/index.js';

const [first = '100', file] = process.argv.slice(2);
if (first === 'read') {
  const bytes = readFileSync(file);
  const read = { vtu: geometry.readVtu, msh: geometry.readMsh, vtk: geometry.readVtk }[file.slice(-3)];
  const before = process.memoryUsage.rss() - bytes.length;
  const start = performance.now();
  const content = read(bytes);
  const seconds = (performance.now() - start) / 1000;
  const peak = process.resourceUsage().maxRSS * 1024 - before;
  const start2 = performance.now();
  const { mesh } = geometry.meshFromFile(content);
  const figures = {
    megabytes: +(bytes.length / 1e6).toFixed(1),
    megabytesPerSecond: +(bytes.length / 1e6 / seconds).toFixed(0),
    peakOverFile: +(peak / bytes.length).toFixed(2),
    meshSeconds: +((performance.now() - start2) / 1000).toFixed(1),
    cells: mesh.cellCount,
  };
  console.log(JSON.stringify(figures));
} else {
  const folder = mkdtempSync(join(tmpdir(), 'measure-formats-'));
  try {
    const n = Number(first);
    const mesh = geometry.boxMesh({ size: [1, 1, 1], cells: [n, n, n] });
    const cellData = { temperature: Float64Array.from({ length: mesh.cellCount }, (_, c) => Math.sin(c)) };
    const files = {
      'appended.vtu': () => geometry.writeVtu(mesh, { cellData, compression: 'none' }),
      'appended-zlib.vtu': () => geometry.writeVtu(mesh, { cellData }),
      'base64-zlib.vtu': () => geometry.writeVtu(mesh, { cellData, encoding: 'base64' }),
      'ascii.vtu': () => geometry.writeVtu(mesh, { cellData, encoding: 'ascii' }),
      'binary.msh': () => geometry.writeMsh(mesh),
      'ascii.msh': () => geometry.writeMsh(mesh, { encoding: 'ascii' }),
      'binary.vtk': () => geometry.writeVtk(mesh, { cellData }),
    };
    for (const [name, write] of Object.entries(files)) {
      const path = join(folder, name);
      const start = performance.now();
      writeFileSync(path, write());
      const seconds = (performance.now() - start) / 1000;
      const child = spawnSync(process.execPath, [process.argv[1], 'read', path], { encoding: 'utf8' });
      if (child.status !== 0) throw new Error(child.stderr);
      const writing = +(statSync(path).size / 1e6 / seconds).toFixed(0);
      console.log(
        JSON.stringify({ file: name, ...JSON.parse(child.stdout), writtenMegabytesPerSecond: writing }),
      );
      rmSync(path);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

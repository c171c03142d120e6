// Writes and reads a million hexahedra in every format: node scripts/measure-formats.mjs [cells per edge]. Per file: megabytes,
// MB/s of processor time (a busy machine hardly matters), of the decoded arrays for reading; and peak memory of decoding beyond
// an idle process, over the larger of the file and the decoded arrays. Each step runs in a process of its own, under a parent
// that stays small: Linux counts the memory of the parent among the peak of a child.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';

const [first = '100', path, name] = process.argv.slice(2);
const [step, edge] = first.split('=');

const processorSeconds = (work) => {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return [(user + system) / 1e6, result];
};

const FILES = {
  'appended.vtu': ({ writeVtu }, mesh, cellData) => writeVtu(mesh, { cellData, compression: 'none' }),
  'appended-zlib.vtu': ({ writeVtu, zlib }, mesh, cellData) => writeVtu(mesh, { cellData, zlib }),
  'appended-zlib-portable.vtu': ({ writeVtu }, mesh, cellData) => writeVtu(mesh, { cellData }),
  'base64-zlib.vtu': ({ writeVtu, zlib }, mesh, cellData) =>
    writeVtu(mesh, { cellData, encoding: 'base64', zlib }),
  'ascii.vtu': ({ writeVtu }, mesh, cellData) => writeVtu(mesh, { cellData, encoding: 'ascii' }),
  'binary.msh': ({ writeMsh }, mesh, cellData) => writeMsh(mesh, { cellData }),
  'ascii.msh': ({ writeMsh }, mesh, cellData) => writeMsh(mesh, { cellData, encoding: 'ascii' }),
  'binary.vtk': ({ writeVtk }, mesh, cellData) => writeVtk(mesh, { cellData }),
};

if (step === 'write' || step === 'read') {
  const geometry = await import('../dist/geometry/index.js');
  const { NODE_ZLIB } = await import('../dist/geometry/files/index.js');
  const zlib = name.includes('portable') ? geometry.PORTABLE_ZLIB : NODE_ZLIB;
  if (step === 'write') {
    const n = Number(edge);
    const mesh = geometry.boxMesh({ size: [1, 1, 1], cells: [n, n, n] });
    const temperature = Float64Array.from({ length: mesh.cellCount }, (_, c) => Math.sin(c));
    const [seconds, bytes] = processorSeconds(() =>
      FILES[name]({ ...geometry, zlib }, mesh, { temperature }),
    );
    writeFileSync(path, bytes);
    console.log(JSON.stringify({ seconds }));
  } else {
    const read = { vtu: geometry.readVtu, msh: geometry.readMsh, vtk: geometry.readVtk }[name.slice(-3)];
    const idle = process.memoryUsage.rss();
    const bytes = readFileSync(path);
    const [seconds, content] = processorSeconds(() => read(bytes, { zlib }));
    const peak = process.resourceUsage().maxRSS * 1024 - idle;
    const buffers = new Set();
    const collect = (value) => {
      if (ArrayBuffer.isView(value)) buffers.add(value.buffer);
      else if (value && typeof value === 'object') for (const part of Object.values(value)) collect(part);
    };
    collect(content);
    const decoded = [...buffers].reduce((sum, buffer) => sum + buffer.byteLength, 0);
    const [meshSeconds, { mesh }] = processorSeconds(() => geometry.meshFromFile(content));
    console.log(JSON.stringify({ seconds, peak, decoded, meshSeconds, cells: mesh.cellCount }));
  }
} else {
  const folder = mkdtempSync(join(tmpdir(), 'measure-formats-'));
  const run = (...parameters) => {
    const child = spawnSync(process.execPath, [process.argv[1], ...parameters], { encoding: 'utf8' });
    if (child.status !== 0) throw new Error(child.stderr);
    return JSON.parse(child.stdout);
  };
  try {
    console.log(JSON.stringify({ processor: cpus()[0].model, node: process.version }));
    for (const file of Object.keys(FILES)) {
      const target = join(folder, file);
      const written = run(`write=${first}`, target, file);
      const size = statSync(target).size;
      const { seconds, peak, decoded, meshSeconds, cells } = run('read', target, file);
      console.log(
        JSON.stringify({
          file,
          cells,
          megabytes: +(size / 1e6).toFixed(1),
          decodedMegabytes: +(decoded / 1e6).toFixed(1),
          readMegabytesPerSecond: Math.round(decoded / 1e6 / seconds),
          peakOverLarger: +(peak / Math.max(size, decoded)).toFixed(2),
          meshSeconds: +meshSeconds.toFixed(1),
          writtenMegabytesPerSecond: Math.round(decoded / 1e6 / written.seconds),
        }),
      );
      rmSync(target);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

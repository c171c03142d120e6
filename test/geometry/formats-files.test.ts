import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { FileError, InvalidInputError } from '../../common/errors.js';
import { packageFile } from '../../common/package-file.js';
import type { Progress } from '../../common/progress.js';
import {
  NODE_ZLIB,
  openSeries,
  readMeshFile,
  readStlFile,
  type SeriesStep,
  writeMeshFile,
  writeSeries,
  writeStlFile,
} from '../../geometry/files/index.js';
import { writeMshSteps } from '../../geometry/formats/write-msh.js';
import { writeVtkSteps } from '../../geometry/formats/write-vtk.js';
import { writeVtuSteps } from '../../geometry/formats/write-vtu.js';
import { boxMesh, PORTABLE_ZLIB, readStl, readVtu, writeVtu } from '../../geometry/index.js';

const root = mkdtempSync(join(tmpdir(), 'formats-files-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const newFolder = () => {
  const folder = join(root, String(folders++));
  mkdirSync(folder);
  return folder;
};

const box = boxMesh({ size: [1, 2, 3], cells: [3, 4, 5] });
/** Enough cells for each phase to be cut into slices. */
const large = boxMesh({ size: [1, 1, 1], cells: [40, 40, 40] });
const temperature = Float64Array.from({ length: box.cellCount }, (_, c) => Math.sin(c));
const sphere = readStl(
  new Uint8Array(readFileSync(packageFile('test/fixtures/formats/vtk-sphere-binary.stl'))),
);

/** Calls back at the first report of a phase. */
const onPhase = (wanted: string, call: () => void): Progress => ({
  update: (phase) => {
    if (phase === wanted) call();
  },
  message: () => {},
});

/** Runs work that is told to stop in a phase, and returns how it ended. */
async function stopped(
  phase: string,
  work: (options: { signal: AbortSignal; progress: Progress }) => Promise<unknown>,
): Promise<unknown> {
  const controller = new AbortController();
  const progress = onPhase(phase, () => controller.abort(new Error(`stopped in ${phase}`)));
  return work({ signal: controller.signal, progress }).then(
    () => 'finished',
    (error: Error) => error.message,
  );
}

describe('readMeshFile and writeMeshFile', () => {
  it.each(['vtu', 'vtk', 'msh'])('return the same mesh and data: .%s', async (extension) => {
    const path = join(newFolder(), 'made/on the way', `part.${extension}`);
    await writeMeshFile(path, box, { cellData: { temperature } });
    const { mesh, cellData } = await readMeshFile(path);
    expect(mesh.cellVolumes).toEqual(box.cellVolumes);
    expect(mesh.cellPoints).toEqual(box.cellPoints);
    expect(mesh.patches.map(({ name }) => name).sort()).toEqual(box.patches.map(({ name }) => name).sort());
    expect(cellData.temperature.values).toEqual(temperature);
    expect(readdirSync(join(path, '..'))).toEqual([`part.${extension}`]);
  });

  it('report every phase from start to end, and let the event loop run', async () => {
    const path = join(newFolder(), 'box.vtu');
    const reports: Record<string, number[]> = {};
    const progress: Progress = {
      update: (phase, done, total) => {
        reports[phase] ??= [];
        reports[phase].push(done / total);
      },
      message: () => {},
    };
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await writeMeshFile(path, large, { progress });
    const writingTurns = turns;
    await readMeshFile(path, { progress });
    clearInterval(timer);
    expect(Object.keys(reports)).toEqual(['writing', 'saving', 'loading', 'reading', 'building']);
    for (const fractions of Object.values(reports)) {
      expect(fractions.at(-1)).toBe(1);
      expect([...fractions].sort((a, b) => a - b)).toEqual(fractions);
    }
    expect(reports.building.length).toBeGreaterThan(1);
    expect(writingTurns).toBeGreaterThan(0);
    expect(turns - writingTurns).toBeGreaterThan(1);
  });

  it.each([
    ['VTU, packed', (data: object) => writeVtuSteps(large, data)],
    ['VTU, plain', (data: object) => writeVtuSteps(large, { ...data, compression: 'none' })],
    ['VTU, base64', (data: object) => writeVtuSteps(large, { ...data, encoding: 'base64' })],
    ['VTU, text', (data: object) => writeVtuSteps(large, { ...data, encoding: 'ascii' })],
    ['MSH', (data: object) => writeMshSteps(large, data)],
    ['MSH, text', (data: object) => writeMshSteps(large, { ...data, encoding: 'ascii' })],
    ['VTK, text', (data: object) => writeVtkSteps(large, { ...data, encoding: 'ascii' })],
  ])('writing counts on from array to array: %s', (_, write) => {
    const pointData = { x: large.points.filter((_, i) => i % 3 === 0) };
    const counts = [...write({ cellData: { volume: large.cellVolumes }, pointData })];
    expect(counts.length).toBeGreaterThan(4);
    expect([...counts].sort((a, b) => a - b)).toEqual(counts);
  });

  it.each(['loading', 'reading', 'building'])('reading stops while %s', async (phase) => {
    const path = join(root, 'large.vtu');
    if (!existsSync(path)) await writeMeshFile(path, large);
    expect(await stopped(phase, (options) => readMeshFile(path, options))).toBe(`stopped in ${phase}`);
  });

  it.each(['writing', 'saving'])('writing stops while %s: no file, or the old one', async (phase) => {
    const folder = newFolder();
    const path = join(folder, 'box.vtu');
    const write = (options: object) => writeMeshFile(path, large, options);
    expect(await stopped(phase, write)).toBe(`stopped in ${phase}`);
    expect(readdirSync(folder)).toEqual([]);
    writeFileSync(path, 'old');
    expect(await stopped(phase, write)).toBe(`stopped in ${phase}`);
    expect(readdirSync(folder)).toEqual(['box.vtu']);
    expect(readFileSync(path, 'utf8')).toBe('old');
  });

  it('do nothing when told to stop before they start', async () => {
    const folder = newFolder();
    const path = join(folder, 'box.vtu');
    const signal = AbortSignal.abort(new Error('too late'));
    await expect(writeMeshFile(path, box, { signal })).rejects.toThrow('too late');
    expect(readdirSync(folder)).toEqual([]);
    await expect(readMeshFile(path, { signal })).rejects.toThrow('too late');
  });

  // /dev/full takes a file's name and answers every write as a full disk does
  it.skipIf(!existsSync('/dev/full'))('a full disk leaves the old file, and nothing else', async () => {
    const folder = newFolder();
    const path = join(folder, 'box.vtu');
    writeFileSync(path, 'old');
    symlinkSync('/dev/full', `${path}.${process.pid}.partial`);
    await expect(writeMeshFile(path, box)).rejects.toThrow(FileError);
    expect(readdirSync(folder)).toEqual(['box.vtu']);
    expect(readFileSync(path, 'utf8')).toBe('old');
    symlinkSync('/dev/full', `${path}.${process.pid}.partial`);
    await expect(writeMeshFile(path, box)).rejects.toThrow(/box\.vtu: ENOSPC/);
  });

  it('a folder in the way is left as it is', async () => {
    const folder = newFolder();
    const path = join(folder, 'box.vtu');
    mkdirSync(path);
    writeFileSync(join(path, 'kept'), 'old');
    await expect(writeMeshFile(path, box)).rejects.toThrow(FileError);
    await expect(readMeshFile(path)).rejects.toThrow(/it is no file/);
    expect(readdirSync(folder)).toEqual(['box.vtu']);
    expect(readdirSync(path)).toEqual(['kept']);
  });

  it('a field of the wrong length or an unknown extension leaves the old file', async () => {
    const folder = newFolder();
    const path = join(folder, 'box.vtu');
    writeFileSync(path, 'old');
    const cellData = { temperature: new Float64Array(7) };
    await expect(writeMeshFile(path, box, { cellData })).rejects.toThrow(InvalidInputError);
    await expect(writeMeshFile(join(folder, 'box.obj'), box)).rejects.toThrow(/\.vtu, \.msh or \.vtk/);
    expect(readdirSync(folder)).toEqual(['box.vtu']);
    expect(readFileSync(path, 'utf8')).toBe('old');
  });

  it('errors name the file', async () => {
    const path = join(newFolder(), 'cut.vtu');
    await expect(readMeshFile(path)).rejects.toThrow(/cut\.vtu: ENOENT/);
    writeFileSync(path, writeVtu(box).subarray(0, 2000));
    await expect(readMeshFile(path)).rejects.toThrow(/cut\.vtu: readVtu.*truncated/);
  });
});

describe('readStlFile and writeStlFile', () => {
  it('return the same surface', async () => {
    const path = join(newFolder(), 'sphere.stl');
    await writeStlFile(path, sphere);
    const read = await readStlFile(path);
    expect(read.triangles).toEqual(sphere.triangles);
    expect(read.points).toEqual(sphere.points);
  });

  it('stop, and leave no file', async () => {
    const folder = newFolder();
    const path = join(folder, 'sphere.stl');
    expect(await stopped('saving', (options) => writeStlFile(path, sphere, options))).toBe(
      'stopped in saving',
    );
    expect(readdirSync(folder)).toEqual([]);
    await writeStlFile(path, sphere);
    expect(await stopped('loading', (options) => readStlFile(path, options))).toBe('stopped in loading');
  });

  it('errors name the file', async () => {
    const path = join(newFolder(), 'sphere.stl');
    await expect(readStlFile(path)).rejects.toThrow(FileError);
    await writeStlFile(path, sphere);
    writeFileSync(path, readFileSync(path).subarray(0, 1000));
    await expect(readStlFile(path)).rejects.toThrow(/sphere\.stl: readStl/);
  });
});

describe('openSeries and writeSeries', () => {
  async function* steps(count: number): AsyncGenerator<SeriesStep> {
    for (let s = 0; s < count; s++)
      yield { time: s / 4, mesh: box, cellData: { temperature: temperature.map((t) => t * s) } };
  }

  it('return times, meshes and fields', async () => {
    const folder = newFolder();
    const path = join(folder, 'run.pvd');
    await writeSeries(path, steps(3));
    expect(readdirSync(folder).sort()).toEqual(['run.pvd', 'run_0000.vtu', 'run_0001.vtu', 'run_0002.vtu']);
    const series = await openSeries(path);
    expect(series.entries.map(({ time }) => time)).toEqual([0, 0.25, 0.5]);
    for (const [s, entry] of series.entries.entries()) {
      const { mesh, cellData } = await series.read(entry);
      expect(mesh.cellVolumes).toEqual(box.cellVolumes);
      expect(cellData.temperature.values).toEqual(temperature.map((t) => t * s));
    }
  });

  it('a series that ends early keeps its whole steps, and the old PVD file', async () => {
    const folder = newFolder();
    const path = join(folder, 'run.pvd');
    writeFileSync(path, 'old');
    async function* failing() {
      yield* steps(2);
      throw new Error('the solver gave up');
    }
    await expect(writeSeries(path, failing())).rejects.toThrow('the solver gave up');
    expect(readdirSync(folder).sort()).toEqual(['run.pvd', 'run_0000.vtu', 'run_0001.vtu']);
    expect(readFileSync(path, 'utf8')).toBe('old');
    await expect(readMeshFile(join(folder, 'run_0001.vtu'))).resolves.toHaveProperty('mesh');
  });

  it('stops between and within steps', async () => {
    const folder = newFolder();
    const controller = new AbortController();
    async function* endless() {
      for (let s = 0; ; s++) {
        if (s === 2) controller.abort(new Error('enough'));
        yield { time: s, mesh: box };
      }
    }
    await expect(
      writeSeries(join(folder, 'run.pvd'), endless(), { signal: controller.signal }),
    ).rejects.toThrow('enough');
    expect(readdirSync(folder).sort()).toEqual(['run_0000.vtu', 'run_0001.vtu']);
    const empty = newFolder();
    expect(await stopped('saving', (options) => writeSeries(join(empty, 'a.pvd'), steps(2), options))).toBe(
      'stopped in saving',
    );
    expect(readdirSync(empty)).toEqual([]);
  });

  it('refuse what is no series', async () => {
    const folder = newFolder();
    await expect(writeSeries(join(folder, 'run.vtu'), steps(1))).rejects.toThrow(/\.pvd/);
    await expect(writeSeries(join(folder, 'run.pvd'), [{ time: Number.NaN, mesh: box }])).rejects.toThrow(
      /finite time/,
    );
    expect(readdirSync(folder)).toEqual([]);
    writeFileSync(join(folder, 'run.pvd'), writeVtu(box));
    await expect(openSeries(join(folder, 'run.pvd'))).rejects.toThrow(FileError);
    await writeSeries(join(folder, 'run.pvd'), steps(1));
    rmSync(join(folder, 'run_0000.vtu'));
    const series = await openSeries(join(folder, 'run.pvd'));
    await expect(series.read(series.entries[0])).rejects.toThrow(/run_0000\.vtu: ENOENT/);
  });
});

describe('zlib of Node and in JavaScript', () => {
  const codecs = [NODE_ZLIB, PORTABLE_ZLIB];
  const data = fc.oneof(
    fc.uint8Array({ maxLength: 3000 }),
    fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3000 }).map((values) => Uint8Array.from(values)),
  );

  it('unpack what the other packed', () => {
    fc.assert(
      fc.property(data, (bytes) => {
        for (const packing of codecs)
          for (const unpacking of codecs) {
            const target = new Uint8Array(bytes.length);
            unpacking.inflate(packing.deflate(bytes), target);
            expect(target).toEqual(bytes);
          }
      }),
      { seed: 5, numRuns: 200 },
    );
  });

  it('refuse streams that are damaged, cut, or of another length than promised', () => {
    fc.assert(
      fc.property(data, fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, position, change) => {
        for (const codec of codecs) {
          const stream = codec.deflate(bytes).slice();
          const refused = (packed: Uint8Array, length: number) =>
            expect(() => codec.inflate(packed, new Uint8Array(length))).toThrow();
          refused(stream.subarray(0, position % stream.length), bytes.length);
          refused(stream, bytes.length + 1);
          if (bytes.length > 0) refused(stream, bytes.length - 1);
          stream[position % stream.length] ^= change;
          const target = new Uint8Array(bytes.length);
          try {
            codec.inflate(stream, target);
          } catch {
            continue;
          }
          // a change that is of no consequence, such as to the level in the header
          expect(target).toEqual(bytes);
        }
      }),
      { seed: 6, numRuns: 300 },
    );
  });

  it('read the same file', () => {
    for (const encoding of ['appended', 'base64'] as const)
      for (const zlib of codecs) {
        const bytes = writeVtu(box, { encoding, zlib, cellData: { temperature } });
        expect(readVtu(bytes, { zlib: NODE_ZLIB })).toEqual(readVtu(bytes));
      }
  });
});

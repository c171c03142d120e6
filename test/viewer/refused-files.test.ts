import { expect, test } from 'vitest';
import { FileError } from '../../common/errors.js';
import { openDataset, seriesOf } from '../../viewer/data/open-data.js';
import { refusedFiles } from './refused-files.js';

test.each(refusedFiles)('$name is refused with one sentence, at once', async ({ name, bytes, says }) => {
  const from = new Blob([bytes as Uint8Array<ArrayBuffer>]);
  const memory = process.memoryUsage().arrayBuffers;
  const opening = seriesOf([{ name, from }]).then(([step]) => openDataset(step.file));
  const error = await opening.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(FileError);
  const { message } = error as Error;
  expect(message).toMatch(says);
  // of which file, in words of a person, without a stack or a number out of nowhere
  if (!name.endsWith('.pvd')) expect(message).toContain(name);
  expect(message.length).toBeLessThan(260);
  expect(message).not.toMatch(/undefined|NaN|\bat .*:\d+/);
  // what it claims is not taken before it is there
  expect(process.memoryUsage().arrayBuffers - memory).toBeLessThan(1e8);
});

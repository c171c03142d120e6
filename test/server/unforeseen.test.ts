import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { fastify } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { InvalidInputError } from '../../common/errors.js';
import { packageFile } from '../../common/package-file.js';
import { answerErrors } from '../../server/error-answers.js';
import { ask, runService, SHORT_JOB } from './running-service.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fieldsmith-unforeseen-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('of an error that nobody foresaw the client learns the number, and the log the rest', async () => {
  let log = '';
  const stream = new Writable({
    write(chunk, _, done) {
      log += chunk;
      done();
    },
  });
  const app = fastify({ logger: { level: 'info', stream } });
  answerErrors(app);
  app.get('/type-error', () => {
    throw new TypeError('x is not a function of /home/user/secret.ts');
  });
  app.get('/text', () => {
    throw 'a text';
  });
  app.get('/client-like', () => {
    throw Object.assign(new Error('secret of a database'), { statusCode: 418 });
  });
  app.get('/foreseen', () => {
    throw new InvalidInputError('solve: expected this, got that');
  });
  for (const path of ['/type-error', '/text', '/client-like']) {
    const answer = await app.inject(path);
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toMatchObject({ kind: 'InternalError', status: 500 });
    expect(answer.body).not.toMatch(/secret|TypeError| {4}at |a text/);
  }
  expect(log).toContain('secret.ts');
  const foreseen = await app.inject('/foreseen');
  expect(foreseen.statusCode).toBe(422);
  expect(foreseen.json()).toMatchObject({
    kind: 'InvalidInputError',
    detail: 'solve: expected this, got that',
  });
  await app.close();
});

test('a model that cannot be opened is not the fault of who asks for it', async () => {
  const path = join(folder, 'broken');
  mkdirSync(path);
  copyFileSync(packageFile('pretrained/random-bc/card.json'), join(path, 'card.json'));
  writeFileSync(join(path, 'model.onnx'), 'no model');
  const service = await runService({ models: [path, 'random-bc'] });
  const { status, bytes } = await ask(service, '/predict', { body: { ...SHORT_JOB, model: 'broken' } });
  expect(status).toBe(500);
  expect(bytes.toString()).not.toContain(folder);
  expect(bytes.toString()).not.toMatch(/onnx/i);
  expect(JSON.stringify(service.log)).toMatch(/broken cannot be opened/);
  // and harms nobody else
  expect((await ask(service, '/solve', { body: SHORT_JOB })).status).toBe(200);
  await service.close();
});

test('two models of one name are refused', async () => {
  const path = join(folder, 'random-bc');
  mkdirSync(path);
  for (const file of ['card.json', 'model.onnx'])
    copyFileSync(packageFile(`pretrained/random-bc/${file}`), join(path, file));
  await expect(runService({ models: [path, 'random-bc'] })).rejects.toThrow(
    /two models are named 'random-bc'/,
  );
});

import type { MessagePort } from 'node:worker_threads';
import type { ControlRequest } from './control-schema.js';
import type { MeshLimits, MeshWithFields } from './mesh-from-request.js';
import type { MeshRequest, UploadQuery } from './mesh-request.js';
import type { StoredMesh } from './mesh-store.js';
import type { PredictRequest, SolveRequest } from './problem-schema.js';

/** How a field leaves the service. */
export type FieldEncoding = 'json' | 'float64' | 'float32' | 'vtu';

/** Work for a worker thread, as plain data. */
export type Job =
  | { readonly kind: 'upload'; readonly id: string; readonly bytes: Uint8Array; readonly query: UploadQuery }
  | { readonly kind: 'file'; readonly stored: MeshWithFields }
  | { readonly kind: 'generate'; readonly id: string; readonly request: MeshRequest }
  | FieldJob<'solve', SolveRequest>
  | FieldJob<'predict', PredictRequest>
  | FieldJob<'control', ControlRequest>;

/** A job that is answered with fields. */
export interface FieldJob<Kind, Request> {
  readonly kind: Kind;
  readonly request: Request;
  /** The mesh that the request names; one that it describes is generated */
  readonly stored?: MeshWithFields;
  readonly encoding: FieldEncoding;
}

/** A field as the body of an answer. */
export interface EncodedAnswer {
  readonly body: Uint8Array;
  /** The answer without its field as ASCII JSON, to stand in a header; only beside binary fields */
  readonly report?: string;
}

/** What comes of each kind of job. */
export interface JobAnswers {
  readonly upload: StoredMesh;
  readonly generate: StoredMesh;
  readonly file: EncodedAnswer;
  readonly solve: EncodedAnswer;
  readonly predict: EncodedAnswer;
  readonly control: EncodedAnswer;
}

/** What a worker is sent. */
export interface JobMessage {
  readonly job: Job;
  readonly limits: MeshLimits;
  /** Anything that comes here ends the job. */
  readonly abortPort: MessagePort;
}

/**
 * What it sends back. An error of this package is an answer, since its class does not outlive the way between threads;
 * any other one is thrown.
 */
export type JobOutcome =
  | { readonly kind: 'done'; readonly answer: JobAnswers[Job['kind']] }
  | { readonly kind: 'refused'; readonly name: string; readonly message: string }
  | { readonly kind: 'aborted' };

import type { z } from 'zod';
import type { problemSchema } from './problem/problem-schema.js';

/** A problem for `fieldsmith solve`, `control`, `mesh` and `bench`, as YAML has it: docs/command-line.md lists the keys. */
export type Problem = z.input<typeof problemSchema>;

/** Returns the problem that it is given: for its type, in a module that `fieldsmith solve problem.ts` reads. */
export function defineProblem(problem: Problem): Problem {
  return problem;
}
